import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { PolicySource } from './policy-source.ts'

function policyPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-policy-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'policy.yaml')
}

const write = (path: string, text: string): void => writeFileSync(path, text, { mode: 0o600 })

test('A changed file counts from the next use on, also one that appears or goes', async () => {
  const path = policyPath()
  const source = new PolicySource(path)
  expect((await source.current()).policy.services.size).toBe(0)
  write(path, 'version: 1\nservices: { github: { read_only: true } }\n')
  expect((await source.current()).policy.services.get('github')?.readOnly).toBe(true)
  rmSync(path)
  expect((await source.current()).policy.services.size).toBe(0)
})

test('A file that is not valid refuses every use until it is', async () => {
  const path = policyPath()
  write(path, 'version: 1\nservice: {}\n')
  const source = new PolicySource(path)
  await expect(source.current()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await expect(source.current()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  write(path, 'version: 1\n')
  expect((await source.current()).policy.services.size).toBe(0)
})

test('An unchanged file is read once', async () => {
  const path = policyPath()
  write(path, 'version: 1\n')
  const source = new PolicySource(path)
  expect(await source.current()).toBe(await source.current())
})
