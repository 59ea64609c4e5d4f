import { VaultError } from '#shared/problem.ts'
import { type PortOwner, portOwner } from './port-owner.ts'

/** Why no redirect address could be opened: names the ports and, where the system tells, who has them. */
export async function busyPorts(ports: readonly number[]): Promise<VaultError> {
  if (ports.length === 0)
    return new VaultError('PORT_BUSY', { message: 'No local port could be opened. Try again.' })
  const sentences = await Promise.all(ports.map(async (port) => sentence(port, await portOwner(port))))
  const [before, after] =
    ports.length === 1
      ? ['The provider sends people back to one port of this computer, which is in use.', 'Free it']
      : [
          'The provider sends people back to certain ports of this computer, which are all in use.',
          'Free one'
        ]
  return new VaultError('PORT_BUSY', {
    message: `${before} ${sentences.join(' ')} ${after}, then try again.`
  })
}

function sentence(port: number, owner: PortOwner | null): string {
  if (owner === null) return `Port ${String(port)} belongs to another program.`
  if (owner.pid === process.pid) return `Port ${String(port)} belongs to another sign-in that is open.`
  return `Port ${String(port)} belongs to “${owner.name}” (process ${String(owner.pid)}).`
}
