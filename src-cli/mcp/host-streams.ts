import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'

/** The standard streams, on which a host of agents speaks, and when they have ended. */
export class HostStreams extends StdioServerTransport {
  #isOver = (): void => undefined
  readonly closed = new Promise<void>((resolve) => (this.#isOver = resolve))

  override async close(): Promise<void> {
    await super.close()
    this.#isOver()
  }
}
