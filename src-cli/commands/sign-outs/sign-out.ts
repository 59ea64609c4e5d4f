import type { CredentialRef } from '#shared/credential.ts'
import { type Command, exitCodes, type Terminal } from '../../terminal/command.ts'

type Ends = {
  readonly signOut: (ref: CredentialRef) => Promise<SignedOut>
  readonly forget: (ref: CredentialRef) => Promise<void>
  readonly close: () => Promise<void>
}
type SignedOut = {
  readonly removed: boolean
  readonly revoked: 'yes' | 'no' | 'unsupported'
  readonly isNoted: boolean
}
export type SignOutCommandPorts = Terminal & {
  /** Throws VaultError CONFIG_INVALID, and INVALID_REQUEST while the app is open. */
  readonly openEnds: () => Promise<Ends>
}

const there: Readonly<Record<SignedOut['revoked'] | 'not-asked', string>> = {
  yes: 'revoked',
  no: 'not confirmed; end the access on the provider’s own page',
  unsupported: 'not revoked, the provider offers no way; end the access on its own page',
  'not-asked': 'not asked, the access may go on'
}

const listed = 'Still listed:    “latchkey sign-outs” lists it until you mark it as done\n'

export const signOutCommand: Command<SignOutCommandPorts> = {
  run: async ({ positionals: [service = '', account = ''], has }, ports) => {
    const wish = { ref: { service, account }, forget: has('forget') }
    const ends = await ports.openEnds()
    try {
      const { removed, revoked, isNoted } = await end(ends, wish)
      const here = removed ? 'deleted' : 'nothing was left to delete'
      ports.write(
        has('json')
          ? `${JSON.stringify({ removed, revoked, isNoted })}\n`
          : `Here:            ${here}\nAt the provider: ${there[revoked]}\n${isNoted ? listed : ''}`
      )
      return revoked === 'yes' || revoked === 'not-asked' ? exitCodes.ok : exitCodes.warnings
    } finally {
      await ends.close()
    }
  }
}

type Wish = { readonly ref: CredentialRef; readonly forget: boolean }

async function end(
  ends: Ends,
  { ref, forget }: Wish
): Promise<Omit<SignedOut, 'revoked'> & { readonly revoked: keyof typeof there }> {
  if (!forget) return await ends.signOut(ref)
  await ends.forget(ref)
  return { removed: true, revoked: 'not-asked', isNoted: false }
}
