import { execFile } from 'node:child_process'
import { createDecipheriv } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryDir } from '../../../src-main/storage/backends/secret-backend.contract.ts'
import { createSopsBackend } from '../../../src-main/storage/backends/sops-backend.ts'

const run = promisify(execFile)
type Stored = { record: { access_token: string }; sops: { age: { enc: string; recipient: string }[] } }

/** A store whose key `age-keygen` made. */
async function makeStore() {
  const root = await temporaryDir()
  const ageKeyFile = join(root, 'keys.txt')
  await run('age-keygen', ['-o', ageKeyFile])
  const dir = join(root, 'tokens')
  const backend = createSopsBackend({ dir, ageKeyFile, now: () => new Date() })
  const read = async () => JSON.parse(await readFile(join(dir, 'github.token.sops.json'), 'utf8')) as Stored
  return { root, ageKeyFile, backend, read, path: join(dir, 'github.token.sops.json') }
}

test('The real age unwraps the data key, and that key opens the value as SOPS describes it', async () => {
  const { root, ageKeyFile, backend, read } = await makeStore()
  await backend.set('github', '{"access_token":"a secret"}')
  const { record, sops } = await read()
  const { stdout: recipient } = await run('age-keygen', ['-y', ageKeyFile])
  expect(sops.age[0]?.recipient).toBe(recipient.trim())
  await writeFile(join(root, 'wrapped'), sops.age[0]?.enc ?? '')
  const { stdout: dataKey } = await run('age', ['-d', '-i', ageKeyFile, join(root, 'wrapped')], {
    encoding: 'buffer'
  })
  expect(dataKey).toHaveLength(32)
  const part = (name: string) =>
    Buffer.from(new RegExp(`${name}:([^,\\]]+)`).exec(record.access_token)?.[1] ?? '', 'base64')
  const decipher = createDecipheriv('aes-256-gcm', dataKey, part('iv'), { authTagLength: 16 })
  decipher.setAAD(Buffer.from('record:access_token:')).setAuthTag(part('tag'))
  const plain = Buffer.concat([decipher.update(part('data')), decipher.final()]).toString()
  expect(plain).toBe('a secret')
})

test('A data key that the real age wrapped again is unwrapped here', async () => {
  const { root, ageKeyFile, backend, read, path } = await makeStore()
  await backend.set('github', '{"access_token":"a secret"}')
  const stored = await read()
  const [own] = stored.sops.age
  await writeFile(join(root, 'wrapped'), own?.enc ?? '')
  const { stdout: wrapped } = await run('sh', [
    '-c',
    'age -d -i "$1" "$2" | age -a -r "$3"',
    'sh',
    ageKeyFile,
    join(root, 'wrapped'),
    own?.recipient ?? ''
  ])
  expect(wrapped).not.toBe(own?.enc)
  const again = { ...stored, sops: { ...stored.sops, age: [{ ...own, enc: wrapped }] } }
  await writeFile(`${path}.new`, JSON.stringify(again))
  await run('mv', ['-f', `${path}.new`, path])
  expect(await backend.get('github')).toBe('{"access_token":"a secret"}')
})
