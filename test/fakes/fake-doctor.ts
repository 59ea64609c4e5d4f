import type { DoctorCheckId, DoctorReport, DoctorRow, DoctorState } from '#shared/doctor.ts'

/** A report with one row of every state; after a repair the row that could be repaired has passed. */
export function fakeDoctorReport(
  readEntries: boolean,
  isOpen: boolean,
  signOuts: readonly DoctorRow[]
): DoctorReport {
  const row = (id: DoctorCheckId, state: DoctorState, fact: string, remedy: string | null): DoctorRow => ({
    id,
    state,
    fact,
    why: 'Why it matters.',
    remedy,
    fixable: state === 'warning',
    files: []
  })
  const old = (id: DoctorCheckId, files: string[]): DoctorRow => ({
    ...row(id, 'warning', files.join(', '), 'Import them.'),
    fixable: false,
    files
  })
  const modes = isOpen
    ? row('modes', 'warning', 'open to others: catalog.db', 'Fix makes them accessible to you alone.')
    : row('modes', 'ok', 'folders 0700, files 0600', null)
  return {
    checkedAt: new Date().toISOString(),
    version: '0.1.0',
    rows: [
      row('catalog', 'failure', '1 entry can’t be read: Stripe (acme)', 'Save the key again.'),
      modes,
      ...signOuts,
      row('keychain', 'ok', 'write, read, delete in 41 ms', null),
      readEntries
        ? row('entries', 'ok', '12 of 12', null)
        : row('entries', 'skipped', 'Not checked.', 'Start this check separately.'),
      old('old-llxprt', ['~/.llxprt/tools/exa.key', '~/.llxprt/mcp-oauth-tokens-v2.json']),
      old('old-kstlib', ['~/.config/acme/auth/tokens/sso.token.json'])
    ],
    repaired: isOpen ? [] : ['Made 1 file or folder private.']
  }
}
