import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const script = join(import.meta.dirname, '../../../scripts/with-gnome-keyring.sh')
const entry = 'service throw-away username key'

test.each([
  [
    'crashes is there again with its entries, and is told at the end',
    'kill -9 $(cat $KEYRING_DIR/pids); ',
    1
  ],
  ['stays to the end is not told', '', 0]
])('The keyring of the tests that %s', (_what, between, times) => {
  const reports = mkdtempSync(join(tmpdir(), 'latchkey-keyring-'))
  const store = `printf kept | secret-tool store --label=x ${entry}`
  const { stdout, stderr, status } = spawnSync(
    script,
    ['bash', '-c', `${store}; ${between}secret-tool lookup ${entry}; exit 7`],
    { encoding: 'utf8', env: { ...process.env, KEYRING_REPORTS: reports } }
  )
  expect({ stdout, status }).toEqual({ stdout: 'kept', status: 7 })
  const told = readdirSync(reports).map((file) => readFileSync(join(reports, file), 'utf8'))
  expect(told).toHaveLength(times)
  for (const report of told) expect(report).toContain('keyring crashed')
  expect(stderr.includes('keyring crashed')).toBe(times > 0)
  rmSync(reports, { recursive: true })
})
