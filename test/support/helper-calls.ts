import type { ToolHome } from './tool-home.ts'
import type { CliEnd } from './run-cli.ts'

/** An account, and the value that it holds. */
export type Held = { readonly account: string; readonly value: string }

/** Why a helper gives nothing. */
export type Why = 'locked' | 'pending' | 'denied'

/** The ID of the access key of an account, of which `value` is the secret key. */
export const keyIdOf = (account: string): string =>
  `AKIA${account.toUpperCase().padEnd(16, 'X').slice(0, 16)}`

/** How a tool asks its helper, and what it reads in the answer. */
export type HelperProtocol = {
  /** Name of the helper that the person allows, where it is another one. */
  readonly allowedAs?: string
  /** Service whose accounts it gives, where that is its own. */
  readonly service?: string
  /** Host that the person allows, where the tool does not name one. */
  readonly host?: string
  /** Asks for the value, as the tool does; `account`: the one that the tool names. */
  readonly ask: (tool: ToolHome, host: string, account: string | null) => Promise<CliEnd>
  /** True: the tool can name an account. */
  readonly namesAccount: boolean
  /** All of standard output where a value is given. */
  readonly given: (held: Held, host: string) => string
  /** The end where there is a value that may not be given; `sentence` says what to do. */
  readonly refused: (sentence: string, why: Why) => CliEnd
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`
const told = (sentence: string): string => `latchkey: ${sentence}\n`
/** The end of most helpers that give nothing. */
const nothing = (sentence: string): CliEnd => ({ code: 1, out: '', errors: told(sentence) })
const V1 = 'client.authentication.k8s.io/v1'

/** Every helper by the name of its tool, in the words of its own protocol. */
export const helperProtocols: Readonly<Record<string, HelperProtocol>> = {
  askpass: {
    allowedAs: 'git',
    ask: (tool, host, account) =>
      tool.run('latchkey-askpass', [
        `Password for 'https://${account === null ? '' : `${account}@`}${host}': `
      ]),
    namesAccount: true,
    given: ({ value }) => `${value}\n`,
    refused: nothing
  },
  aws: {
    service: 'aws',
    host: 'amazonaws.com',
    ask: (tool, _host, account) => tool.run('latchkey-aws', account === null ? [] : ['--account', account]),
    namesAccount: true,
    given: ({ account, value }) =>
      line({ Version: 1, AccessKeyId: keyIdOf(account), SecretAccessKey: value }),
    refused: nothing
  },
  cargo: {
    ask: (tool, host) => {
      const registry = { 'index-url': `sparse+https://${host}/index/` }
      const get = { v: 1, kind: 'get', operation: 'publish', registry, args: [] }
      return tool.run('cargo-credential-latchkey', ['--cargo-plugin'], { input: line(get) })
    },
    namesAccount: false,
    given: ({ value }) =>
      line({ v: [1] }) +
      line({ Ok: { kind: 'get', token: value, cache: 'session', operation_independent: true } }),
    // Cargo reads the reason out of the answer.
    refused: (message) => ({
      code: 0,
      out: line({ v: [1] }) + line({ Err: { kind: 'other', message } }),
      errors: ''
    })
  },
  docker: {
    ask: (tool, host) => tool.run('docker-credential-latchkey', ['get'], { input: host }),
    namesAccount: false,
    given: ({ account, value }, host) => line({ ServerURL: host, Username: account, Secret: value }),
    // Docker reads errors on standard output.
    refused: (sentence) => ({ code: 1, out: `${sentence}\n`, errors: told(sentence) })
  },
  git: {
    ask: (tool, host, account) => {
      const user = account === null ? '' : `username=${account}\n`
      return tool.run('git', ['credential-latchkey', 'get'], {
        input: `protocol=https\nhost=${host}\n${user}\n`
      })
    },
    namesAccount: true,
    given: ({ value }) => `username=x-access-token\npassword=${value}\n`,
    // It is no failure for git, which asks no other helper after it.
    refused: (sentence) => ({ code: 0, out: 'quit=1\n', errors: told(sentence) })
  },
  kubectl: {
    ask: (tool, host, account) => {
      const spec = { interactive: false, cluster: { server: `https://${host}` } }
      const asked = JSON.stringify({ apiVersion: V1, kind: 'ExecCredential', spec })
      const named = account === null ? [] : ['--account', account]
      return tool.run('latchkey-kubectl', ['--service', 'github-token', ...named], {
        env: { KUBERNETES_EXEC_INFO: asked }
      })
    },
    namesAccount: true,
    given: ({ value }) => line({ apiVersion: V1, kind: 'ExecCredential', status: { token: value } }),
    refused: (sentence, why) => ({ code: why === 'denied' ? 77 : 75, out: '', errors: told(sentence) })
  },
  pip: {
    ask: (tool, host, account) => {
      const named = account === null ? [] : [account]
      return tool.run('latchkey-keyring', ['get', `https://${host}/simple/`, ...named, '--mode', 'creds'])
    },
    namesAccount: true,
    given: ({ account, value }) => `${account}\n${value}\n`,
    refused: nothing
  },
  pnpm: {
    ask: (tool, host) => tool.run('latchkey-pnpm', [host]),
    namesAccount: false,
    given: ({ value }) => `Bearer ${value}\n`,
    refused: nothing
  },
  terraform: {
    ask: (tool, host) => tool.run('terraform-credentials-latchkey', ['get', host]),
    namesAccount: false,
    given: ({ value }) => line({ token: value }),
    refused: nothing
  }
}
