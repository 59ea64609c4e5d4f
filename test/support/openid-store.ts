import type { Adapter, AdapterPayload } from 'oidc-provider'

type Entry = { readonly model: string; readonly payload: AdapterPayload; readonly until: number }

/**
 * Everything that one test provider keeps, in memory and without a limit, so that grants do not push each
 * other out.
 */
export class OpenIdStore {
  readonly #entries = new Map<string, Entry>()

  adapter(model: string): Adapter {
    const key = (id: string): string => `${model}:${id}`
    const get = (id: string): AdapterPayload | undefined => {
      const entry = this.#entries.get(key(id))
      return entry === undefined || entry.until < Date.now() ? undefined : entry.payload
    }
    const findBy = (field: 'uid' | 'userCode', value: string): AdapterPayload | undefined =>
      [...this.#entries.values()].find((entry) => entry.model === model && entry.payload[field] === value)
        ?.payload
    return {
      upsert: async (id, payload, expiresIn = 0) => {
        const until = expiresIn > 0 ? Date.now() + expiresIn * 1000 : Infinity
        this.#entries.set(key(id), { model, payload, until })
      },
      find: async (id) => get(id),
      findByUid: async (uid) => findBy('uid', uid),
      findByUserCode: async (code) => findBy('userCode', code),
      consume: async (id) => {
        const payload = get(id)
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
      },
      destroy: async (id) => void this.#entries.delete(key(id)),
      revokeByGrantId: async (grantId) => this.#drop(grantId)
    }
  }

  /**
   * Ends every grant of this account, as its owner could on a page of the provider. Returns how many there
   * were.
   */
  revokeGrants(accountId: string): number {
    const grants = [...this.#entries].filter(
      ([, { model, payload }]) => model === 'Grant' && payload.accountId === accountId
    )
    for (const [key] of grants) {
      this.#entries.delete(key)
      this.#drop(key.slice('Grant:'.length))
    }
    return grants.length
  }

  /**
   * Forgets every client that registered itself, as a server does that keeps them in memory and starts again.
   */
  forgetClients(): void {
    for (const [key, { model }] of this.#entries) if (model === 'Client') this.#entries.delete(key)
  }

  #drop(grantId: string): void {
    for (const [key, { payload }] of this.#entries) if (payload.grantId === grantId) this.#entries.delete(key)
  }
}
