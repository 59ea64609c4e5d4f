import type { DoctorRow } from '#shared/doctor.ts'
import type { HostAudit } from './doctor-ports.ts'
import { counted, named, passed, warned } from './doctor-rows.ts'

/** The row of the hosts of agents that were set up. A token is counted and never shown. */
export function hostsRow(audits: readonly HostAudit[]): DoctorRow {
  const facts = audits.flatMap(factsOf)
  if (facts.length === 0) {
    return passed('hosts', audits.length === 0 ? 'none' : named(audits.map(({ host }) => host)))
  }
  const broken = audits.filter(({ isConfigured, missing }) => !isConfigured || missing !== null)
  const open = audits.filter(({ tokens }) => tokens > 0)
  const remedies = [
    ...(broken.length === 0 ? [] : [`Set it up again: ${commands('setup', broken)}.`]),
    ...(open.length === 0 ? [] : [`Move the tokens into Latchkey: ${commands('setup mcp-host', open)}.`])
  ]
  return warned('hosts', facts.join('; '), remedies.join(' '))
}

function factsOf({ host, isConfigured, missing, path, tokens }: HostAudit): readonly string[] {
  return [
    ...(isConfigured ? [] : [`${host} lacks Latchkey in ${named([path])}`]),
    ...(missing === null ? [] : [`${host} starts ${named([missing])}, which is not there`]),
    ...(tokens === 0 ? [] : [`${counted(tokens, 'token')} in plain text in ${named([path])}`])
  ]
}

const commands = (command: string, audits: readonly HostAudit[]): string =>
  audits.map(({ host }) => `“latchkey ${command} ${host}”`).join(', ')
