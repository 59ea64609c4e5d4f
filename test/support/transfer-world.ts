import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'valibot'
import type { CredentialRef } from '#shared/credential.ts'
import { type ImportPreview, transferRequests } from '#shared/transfer.ts'
import type { Credential } from '../../src-main/core/credential-record.ts'
import type { TerminalWish } from '../../src-main/core/requests/terminal-question.ts'
import { Secret } from '../../src-main/core/secret.ts'
import { sampleGrant, sampleTokens, START } from '../../src-main/core/testing/samples.ts'
import { encodeCredential } from '../../src-main/storage/records/credential-codec.ts'
import { endServe } from './serve.ts'
import { type Canary, createScanner, newCanary } from './canary-scan.ts'
import { answerAsApp } from './open-app.ts'
import { type Harness, openTestVault } from './vault-harness.ts'

export const PASSPHRASE = 'four words that nobody guesses'
export const KEY = /AGE-SECRET-KEY-1[0-9A-Z]{58}/

export const canaries: Record<
  'access' | 'refresh' | 'client' | 'key' | 'aws' | 'awsSession' | 'mcp' | 'mcpRefresh' | 'setting',
  Canary
> = {
  access: newCanary('access-token'),
  refresh: newCanary('refresh-token'),
  client: newCanary('client-secret'),
  key: newCanary('api-key'),
  aws: newCanary('api-key'),
  awsSession: newCanary('access-token'),
  mcp: newCanary('access-token'),
  mcpRefresh: newCanary('refresh-token'),
  setting: newCanary('api-key')
}
export const scan = createScanner(Object.values(canaries))
export const secret = (name: keyof typeof canaries): Secret => new Secret(canaries[name].value)

/** One credential of every kind, with every field that can be set. */
export const everyKind: readonly Credential[] = [
  sampleGrant({
    ref: { service: 'sso.example.net', account: 'ana Ωmega' },
    client: { id: 'client-1', secret: secret('client') },
    tokens: sampleTokens({
      accessToken: secret('access'),
      refreshToken: secret('refresh'),
      issuedAt: new Date(),
      expiry: { kind: 'at', at: new Date(Date.now() + 3_600_000) }
    }),
    refreshedAt: START
  }),
  {
    kind: 'api-key',
    ref: { service: 'stripe', account: 'acme' },
    name: 'Stripe',
    key: secret('key'),
    allowedHosts: ['api.stripe.com', 'files.stripe.com'],
    expiry: { kind: 'at', at: new Date('2030-02-14T00:00:00Z') },
    obtainedAt: START,
    rotation: null
  },
  {
    kind: 'aws',
    ref: { service: 'aws', account: 'prod' },
    name: 'AWS',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretKey: secret('aws'),
    sessionToken: secret('awsSession'),
    expiry: { kind: 'unknown' },
    roleArn: 'arn:aws:iam::123456789012:role/deploy',
    mfaSerial: 'arn:aws:iam::123456789012:mfa/ana',
    region: 'eu-central-1',
    endpoint: 'https://sts.internal.example.net',
    session: {
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretKey: secret('aws'),
      sessionToken: secret('awsSession'),
      until: new Date('2026-11-21T22:00:00Z')
    },
    obtainedAt: START
  },
  {
    kind: 'mcp',
    ref: { service: 'mcp.linear', account: 'default' },
    name: 'linear',
    accessToken: secret('mcp'),
    refreshToken: secret('mcpRefresh'),
    tokenType: 'Bearer',
    expiry: { kind: 'unknown' },
    scopes: ['read', 'write'],
    clientId: 'host-client',
    tokenUrl: 'https://mcp.linear.app/token',
    serverUrl: 'https://mcp.linear.app/sse',
    obtainedAt: START,
    updatedAt: START
  },
  {
    kind: 'extension',
    ref: { service: 'extension.weather', account: 'API_KEY' },
    name: 'Latchkey Extension weather',
    extension: 'weather',
    value: secret('setting'),
    obtainedAt: START
  }
]

export type Rows = Extract<ImportPreview, { kind: 'rows' }>

/** Homes side by side, with a person at the dialogs of the system. */
export class TransferWorld {
  readonly folder: string
  /** Path that the person chooses in the next file dialog. Null: the dialog is closed. */
  chosen: string | null = null
  readonly shownKeys: string[] = []
  takesKey = true
  /** What the person was asked about that a terminal wants. */
  readonly askedWishes: TerminalWish[] = []
  allowsWish = true
  #open: Harness[] = []
  #apps: (() => Promise<void>)[] = []

  private constructor(folder: string) {
    this.folder = folder
  }

  static async begin(): Promise<TransferWorld> {
    return new TransferWorld(await mkdtemp(join(tmpdir(), 'latchkey-transfer-')))
  }

  /** Ends every vault of the homes, also those that commands have started. */
  async end(): Promise<void> {
    for (const stop of this.#apps) await stop()
    for (const { vault } of this.#open) await vault.close()
    const names = await readdir(this.folder)
    for (const name of names) await endServe(join(this.folder, name))
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Opens a home with a file store, because two homes of one person share a keychain. */
  async openHome(name: string): Promise<Harness> {
    const home = join(this.folder, name)
    await mkdir(home, { recursive: true, mode: 0o700 })
    const harness = await openTestVault({
      home,
      store: 'file',
      dialogs: {
        chooseFileToOpen: async () => this.chosen,
        chooseFileToSave: async () => this.chosen,
        showRecoveryKey: async (key) => {
          this.shownKeys.push(key)
          return this.takesKey
        },
        confirmWish: async (wish) => {
          this.askedWishes.push(wish)
          return this.allowsWish
        }
      }
    })
    this.#open.push(harness)
    return harness
  }

  /** Opens a home as the app does, so that it answers the commands of the home. */
  async openApp(name: string): Promise<Harness> {
    const harness = await this.openHome(name)
    this.#apps.push(await answerAsApp(harness))
    return harness
  }

  async closeHome(harness: Harness): Promise<void> {
    this.#open = this.#open.filter((other) => other !== harness)
    await harness.vault.close()
  }

  /** Exports the vault and returns the path. */
  async exported({ vault }: Harness): Promise<string> {
    this.chosen = join(this.folder, 'all.latchkey.age')
    await vault.handlers.exportVault({ passphrase: PASSPHRASE })
    return this.chosen
  }

  async files(): Promise<string[]> {
    const found = await readdir(this.folder, { recursive: true, withFileTypes: true })
    return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  }
}

export async function fill({ vault }: Harness): Promise<void> {
  for (const credential of everyKind) await vault.repository.save(credential)
}

/** Returns the rows of the chosen file. Throws if one of them breaks the contract or shows a value. */
export async function previewed({ vault }: Harness, secretText = ''): Promise<Rows> {
  const first = await vault.handlers.previewImport({ kind: 'file' })
  if (first === null) throw new Error('no file was chosen')
  const preview =
    first.kind === 'sealed' ? await vault.handlers.openImport({ id: first.id, secret: secretText }) : first
  parse(transferRequests.openImport.output, preview)
  if (scan(JSON.stringify(preview)).length > 0) throw new Error('a preview holds a secret')
  if (preview.kind !== 'rows') throw new Error('it is sealed still')
  return preview
}

export const allOf = (preview: Rows): number[] => preview.rows.map(({ index }) => index)

/** The whole record as text. Null: there is none. */
export async function stored({ vault }: Harness, ref: CredentialRef): Promise<string | null> {
  const held = await vault.repository.load(ref)
  return held && encodeCredential(held)
}
