import { credentialKey, type CredentialRef } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { AwsKeys, AwsSession, AwsSigner, Credential } from '../credential-record.ts'
import { KeyedQueue } from '../keyed-queue.ts'
import type { Clock, CredentialRepository } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { MINUTE } from '../tokens/lifetime.ts'
import type { StopSignal } from '../use/stop-signal.ts'

/** Where sessions are made. */
export type StsPlace = Pick<AwsKeys, 'ref' | 'region' | 'endpoint'>

/** The Security Token Service of AWS. Both throw SIGN_IN_REQUIRED, SIGN_IN_DENIED, PROVIDER_REFUSED, PROVIDER_UNREACHABLE, and as the sender. */
export interface Sts {
  /** A session of the user for twelve hours, with the code that their device shows. Throws INVALID_REQUEST for a wrong code. */
  userSession(
    place: StsPlace,
    signer: AwsSigner,
    device: { readonly serial: string; readonly code: string },
    signal: StopSignal
  ): Promise<AwsSession>
  /** A session of a role for an hour. */
  roleSession(place: StsPlace, signer: AwsSigner, role: string, signal: StopSignal): Promise<AwsSession>
}

export type AwsSessionPorts = {
  readonly clock: Pick<Clock, 'now'>
  readonly sts: Sts
  readonly repository: Pick<CredentialRepository, 'save'>
  /** Writes down that the keys are about to sign. Rejects if it can not be written; then nothing is signed. */
  readonly note: (ref: CredentialRef) => Promise<void>
  readonly tokens: {
    /** Notes the use. Throws SIGN_IN_REQUIRED, also for keys that have ended. */
    getToken(ref: CredentialRef): Promise<Secret>
    current(ref: CredentialRef): Promise<Credential | null>
    exclusively<T>(ref: CredentialRef, task: () => Promise<T>): Promise<T>
  }
}

/** What a program is given. `until` null: it does not end on its own. `owner` null: the account of AWS is not known. */
export type AwsGiven = AwsSigner & { readonly until: Date | null; readonly owner: string | null }

/** State of a session, for the person. `keys`: none is needed, and programs are given the pair itself. */
export type AwsSessionState =
  | { readonly kind: 'open'; readonly until: Date }
  | { readonly kind: 'code'; readonly device: string }
  | { readonly kind: 'keys' }

/**
 * Least time in milliseconds that what is given still lasts. The tools of AWS ask again with less than 15 minutes
 * left, so that a shorter one would be asked for twice within one command.
 */
const LEAST_MS = 20 * MINUTE

type Kept = { readonly mark: string; readonly session: AwsSession }

/**
 * The sessions that programs are given in place of access keys. That of an MFA device is in the record of its keys,
 * so that its code is asked for twice a day and not at each start; those of roles are in memory, because a new one
 * needs nobody.
 */
export class AwsSessions {
  readonly #ports: AwsSessionPorts
  /** Sessions of roles, by credential and role. */
  readonly #roles = new Map<string, Kept>()
  readonly #queue = new KeyedQueue()

  constructor(ports: AwsSessionPorts) {
    this.#ports = ports
  }

  /**
   * Returns what a program is given: the session of a role, else that of the MFA device, else the pair. `role` null:
   * that of the record, if it names one. Throws SIGN_IN_REQUIRED if a code is needed first, and as `Sts`.
   */
  async given(ref: CredentialRef, role: string | null, signal: StopSignal): Promise<AwsGiven> {
    return await this.#queue.run(credentialKey(ref), async () => {
      await this.#ports.tokens.getToken(ref)
      const keys = await this.#keys(ref)
      const signer = this.#signer(keys)
      const wanted = role ?? keys.roleArn
      const given = wanted === null ? signer : await this.#roleSession(keys, signer, wanted, signal)
      return { ...given, owner: ownerOf(wanted ?? keys.mfaSerial) }
    })
  }

  /**
   * Opens the session of an account with a code, or says what is needed. Throws as `given`, and INVALID_REQUEST for a
   * wrong code.
   */
  async open(ref: CredentialRef, code: string | null, signal: StopSignal): Promise<AwsSessionState> {
    const keys = await this.#keys(ref)
    if (needsCode(keys) && code === null && !this.#isLong(keys.session)) {
      return { kind: 'code', device: keys.mfaSerial }
    }
    if (needsCode(keys) && code !== null) await this.#openWith(ref, code, signal)
    const { until, sessionToken } = await this.given(ref, null, signal)
    return sessionToken === null || until === null ? { kind: 'keys' } : { kind: 'open', until }
  }

  /** Forgets the sessions of roles: of one credential, given by its key, or all. */
  forget(credential: string | null): void {
    for (const key of this.#roles.keys()) {
      if (credential === null || key.startsWith(`${credential} `)) this.#roles.delete(key)
    }
  }

  async #openWith(ref: CredentialRef, code: string, signal: StopSignal): Promise<void> {
    const { note, repository, sts, tokens } = this.#ports
    await tokens.exclusively(ref, async () => {
      const keys = await this.#keys(ref)
      if (!needsCode(keys)) return
      await note(ref)
      const session = await sts.userSession(keys, keys, { serial: keys.mfaSerial, code }, signal)
      await repository.save({ ...keys, session })
    })
  }

  async #roleSession(
    keys: AwsKeys,
    signer: AwsSigner,
    role: string,
    signal: StopSignal
  ): Promise<AwsSession> {
    const key = `${credentialKey(keys.ref)} ${role}`
    const mark = JSON.stringify([signer.accessKeyId, keys.obtainedAt, keys.region, keys.endpoint])
    const kept = this.#roles.get(key)
    if (kept?.mark === mark && this.#isLong(kept.session)) return kept.session
    await this.#ports.note(keys.ref)
    const session = await this.#ports.sts.roleSession(keys, signer, role, signal)
    this.#roles.set(key, { mark, session })
    return session
  }

  /** What signs: the session of the MFA device where there is one. Throws SIGN_IN_REQUIRED if a code is needed first. */
  #signer(keys: AwsKeys): Omit<AwsGiven, 'owner'> {
    const { accessKeyId, secretKey, sessionToken, expiry, session } = keys
    if (!needsCode(keys)) {
      return { accessKeyId, secretKey, sessionToken, until: expiry.kind === 'at' ? expiry.at : null }
    }
    if (this.#isLong(session)) return session
    const account = keys.ref.account === 'default' ? '' : ` --account ${keys.ref.account}`
    throw new VaultError('SIGN_IN_REQUIRED', {
      message: `AWS wants the code of your MFA device first. Run “latchkey aws session${account}”.`
    })
  }

  #isLong(session: AwsSession | null): session is AwsSession {
    return session !== null && session.until.getTime() - this.#ports.clock.now().getTime() >= LEAST_MS
  }

  async #keys(ref: CredentialRef): Promise<AwsKeys> {
    const held = await this.#ports.tokens.current(ref)
    if (held?.kind === 'aws') return held
    throw new VaultError('UNKNOWN_SERVICE', {
      message: 'There are no access keys of AWS for this account. Add them with “latchkey aws add”.'
    })
  }
}

/** The account of AWS that an ARN names. Null: it names none. */
const ownerOf = (arn: string | null): string | null => /::(\d{12}):/.exec(arn ?? '')?.[1] ?? null

/** True for long-term keys with an MFA device. Keys that end were made by a session already. */
function needsCode(keys: AwsKeys): keys is AwsKeys & { readonly mfaSerial: string } {
  return keys.mfaSerial !== null && keys.sessionToken === null
}
