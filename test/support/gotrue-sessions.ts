import { randomBytes, randomUUID } from 'node:crypto'
import type { Canary } from './canary-scan.ts'

export type GoTrueUser = {
  readonly id: string
  readonly email: string
  readonly password: string
  readonly isConfirmed: boolean
  readonly hasSecondFactor: boolean
}

type Token = { readonly value: string; readonly parent: string | null; revokedAt: number | null }
type Session = { readonly id: string; readonly user: GoTrueUser; readonly tokens: Token[]; access: string[] }

/** Result of a refresh: the tokens, or the code of GoTrue's refusal. */
export type Renewal = { readonly tokens: Issued } | { readonly refused: string }
export type Issued = { readonly access: string; readonly refresh: string; readonly user: GoTrueUser }

/**
 * Sessions with rotation on, as GoTrue keeps them. The parent of the active token may come again and gets the
 * active token. An older token may come again within the reuse interval; after that interval it ends the
 * whole session.
 */
export class GoTrueSessions {
  readonly #sessions = new Map<string, Session>()
  readonly #reuseMs: number
  readonly issued: Canary[] = []

  constructor(reuseSeconds: number) {
    this.#reuseMs = reuseSeconds * 1000
  }

  open(user: GoTrueUser): Issued {
    const session: Session = { id: randomUUID(), user, tokens: [], access: [] }
    this.#sessions.set(session.id, session)
    return this.#issue(session, this.#next(session, null))
  }

  renew(refresh: string): Renewal {
    const session = [...this.#sessions.values()].find(({ tokens }) =>
      tokens.some(({ value }) => value === refresh)
    )
    const token = session?.tokens.find(({ value }) => value === refresh)
    if (session === undefined || token === undefined) return { refused: 'refresh_token_not_found' }
    if (token.revokedAt === null) {
      token.revokedAt = Date.now()
      return { tokens: this.#issue(session, this.#next(session, token.value)) }
    }
    const active = session.tokens.find(({ revokedAt }) => revokedAt === null)
    if (active?.parent === token.value) return { tokens: this.#issue(session, active) }
    if (active !== undefined && Date.now() - token.revokedAt < this.#reuseMs) {
      active.revokedAt = Date.now()
      return { tokens: this.#issue(session, this.#next(session, token.value)) }
    }
    for (const each of session.tokens) each.revokedAt ??= Date.now()
    return { refused: 'refresh_token_already_used' }
  }

  /** Null: no session has this access token. */
  userOf(access: string): GoTrueUser | null {
    return this.#of(access)?.user ?? null
  }

  /** False: no session has this access token. */
  end(access: string): boolean {
    const session = this.#of(access)
    return session !== undefined && this.#sessions.delete(session.id)
  }

  endAll(): void {
    this.#sessions.clear()
  }

  get count(): number {
    return this.#sessions.size
  }

  #of(access: string): Session | undefined {
    return [...this.#sessions.values()].find((session) => session.access.includes(access))
  }

  #next(session: Session, parent: string | null): Token {
    const token: Token = { value: `rt_${randomBytes(12).toString('base64url')}`, parent, revokedAt: null }
    session.tokens.push(token)
    this.issued.push({ kind: 'refresh-token', value: token.value })
    return token
  }

  #issue(session: Session, { value }: Token): Issued {
    const access = `at_${randomBytes(24).toString('base64url')}`
    session.access.push(access)
    this.issued.push({ kind: 'access-token', value: access })
    return { access, refresh: value, user: session.user }
  }
}
