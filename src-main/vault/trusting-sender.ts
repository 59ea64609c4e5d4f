import { HttpsSender } from '../broker/https-sender.ts'
import type { SendAnswer, Sender, SendRequest } from '../core/use/use-ports.ts'
import type { ReadPolicy } from '../storage/policy/policy-source.ts'

/** A sender that is made at its first use, and again when the rules of the network change. */
export class TrustingSender implements Sender {
  #rules: ReadPolicy | null = null
  #trusted = ''
  #sender: HttpsSender | null = null

  /** Connections that were made under other rules of the network are closed. */
  trust(rules: ReadPolicy): void {
    if (rules === this.#rules) return
    const trusted = JSON.stringify([rules.authorities, rules.policy.network])
    this.#rules = rules
    if (trusted === this.#trusted) return
    this.close()
    this.#trusted = trusted
  }

  async send(request: SendRequest): Promise<SendAnswer> {
    this.#sender ??= new HttpsSender({
      ...(this.#rules && { ca: this.#rules.authorities, proxy: this.#rules.policy.network })
    })
    return await this.#sender.send(request)
  }

  cut(credential: string): void {
    this.#sender?.cut(credential)
  }

  close(): void {
    this.#sender?.close()
    this.#sender = null
  }
}
