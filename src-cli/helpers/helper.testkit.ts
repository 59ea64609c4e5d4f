import type { Helper } from './helper.ts'
import type { HelperAccount, HelperAnswer, HelperVault, HelperWish } from './helper-vault.ts'

/** A vault of a test: how it answers, and what it was asked. */
export type FakeHelperVault = HelperVault & { readonly calls: readonly unknown[] }

/** Answers each wish with `answer`. */
export function fakeHelperVault(
  answer: (wish: HelperWish) => HelperAnswer,
  accounts: readonly HelperAccount[] = []
): FakeHelperVault {
  const calls: unknown[] = []
  return {
    calls,
    credential: async (wish) => {
      calls.push(wish)
      return answer(wish)
    },
    list: async (helper) => {
      calls.push({ list: helper })
      return accounts
    },
    suspect: async (wish) => void calls.push({ suspect: wish })
  }
}

/** Runs a helper with this on its standard input. */
export async function runHelper(
  helper: Helper,
  args: readonly string[],
  input: string,
  vault: HelperVault,
  environment: Readonly<Record<string, string>> = {},
  notesFolder: string | null = null
): Promise<{ readonly code: number; readonly out: string; readonly errors: string }> {
  const [out, errors]: [string[], string[]] = [[], []]
  const code = await helper(
    {
      args,
      input: bytesOf(input),
      environment,
      version: () => '0.1.0',
      notesFolder: async () => notesFolder,
      write: (text) => void out.push(text),
      writeError: (text) => void errors.push(text)
    },
    vault
  )
  return { code, out: out.join(''), errors: errors.join('') }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

/** The host that a test asks for, and what Latchkey has there. */
export const ACCOUNT: HelperAccount = {
  host: 'tool.acme.example',
  service: 'acme',
  account: 'work',
  user: '__token__'
}

export const NONE: HelperAnswer = { kind: 'none' }

export const given = (value: string, expiresAt: string | null = null): HelperAnswer => ({
  kind: 'given',
  credential: { service: ACCOUNT.service, account: ACCOUNT.account, user: ACCOUNT.user, value, expiresAt }
})

export const LOCKED: HelperAnswer = {
  kind: 'refused',
  why: 'locked',
  sentence: 'Latchkey is locked. Unlock it, then repeat.'
}
