import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { expect, test } from 'vitest'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { describeSecretBackend, temporaryDir } from './secret-backend.contract.ts'
import { createSopsBackend } from './sops-backend.ts'

const token = JSON.stringify({
  access_token: 'cnry_access',
  refresh_token: 'cnry_refresh',
  token_type: 'Bearer',
  expires_in: 3600,
  renewable: true,
  scope: ['repo', 'user'],
  extra: { id_token: 'cnry_id' }
})

async function makeSops() {
  const root = await temporaryDir()
  const identity = await generateIdentity()
  const options = {
    dir: join(root, 'sops'),
    ageKeyFile: join(root, 'age.txt'),
    now: () => new Date('2026-11-20T10:00:00.250Z')
  }
  await writeFile(options.ageKeyFile, `# a comment\n${identity}\n`, { mode: 0o600 })
  const path = join(options.dir, 'github.token.sops.json')
  return { root, options, identity, path, backend: createSopsBackend(options) }
}
// oxlint-disable-next-line no-explicit-any -- a document that is to be broken in every way
type Document = Record<string, any>

/** Changes the stored document by hand. */
async function change(path: string, edit: (document: Document) => Document | void): Promise<void> {
  const document = JSON.parse(await readFile(path, 'utf8')) as Document
  await writeFileAtomic(path, JSON.stringify(edit(document) ?? document))
}

describeSecretBackend('The SOPS backend', async () => {
  const { backend, options } = await makeSops()
  return { backend, reopen: () => createSopsBackend(options) }
})

test('The file shows the structure of a token and none of its values', async () => {
  const { backend, path, identity } = await makeSops()
  await backend.set('github', token)
  const text = await readFile(path, 'utf8')
  const { key, record, sops } = JSON.parse(text) as Document
  expect(text).not.toContain('cnry')
  expect(key).toBe('github')
  expect(Object.keys(record)).toEqual(Object.keys(JSON.parse(token)))
  expect(record.expires_in).toMatch(/^ENC\[AES256_GCM,data:[^,]+,iv:[^,]{44},tag:[^,]{24},type:int\]$/)
  expect(record.scope[1]).toMatch(/,type:str\]$/)
  expect(record.renewable).toMatch(/,type:bool\]$/)
  expect(sops).toMatchObject({
    age: [{ recipient: await identityToRecipient(identity) }],
    lastmodified: '2026-11-20T10:00:00Z',
    encrypted_regex: '^(record|value)$'
  })
  expect(await backend.get('github')).toBe(token)
})

test('Files are read-only and for their owner alone, and are replaced all the same', async () => {
  const { backend, path, options } = await makeSops()
  await backend.set('github', 'first')
  await backend.set('github', 'second')
  expect((await stat(path)).mode & 0o777).toBe(0o400)
  expect((await stat(options.dir)).mode & 0o777).toBe(0o700)
  expect((await readdir(options.dir)).toSorted()).toEqual(['.locks', 'github.token.sops.json'])
  expect(await backend.get('github')).toBe('second')
})

test.each<[string, (document: Document) => Document | void]>([
  ['a sealed value', (d) => void (d['record'].access_token = flip(d['record'].access_token))],
  ['a value moved to another name', (d) => void (d['record'].token_type = d['record'].access_token)],
  ['two items of a list exchanged', (d) => void (d['record'].scope = d['record'].scope.toReversed())],
  ['a plain value in a sealed place', (d) => void (d['record'].access_token = 'mine')],
  ['an empty value in a sealed place', (d) => void (d['record'].access_token = '')],
  ['a value taken away', (d) => void delete d['record'].refresh_token],
  ['the plain key', (d) => void (d['key'] = 'gitlab')],
  ['an additional plain field', (d) => ({ key: d['key'], note: 'x', record: d['record'], sops: d['sops'] })],
  ['a field of nothing', (d) => void (d['record'].more = {})],
  ['null', (d) => void (d['record'].more = null)],
  ['the order', (d) => ({ record: d['record'], key: d['key'], sops: d['sops'] })],
  ['the MAC', (d) => void (d['sops'].mac = flip(d['sops'].mac))],
  ['no MAC', (d) => void delete d['sops'].mac],
  ['the time', (d) => void (d['sops'].lastmodified = '2026-11-20T10:00:01Z')],
  ['the rule of what is sealed', (d) => void (d['sops'].encrypted_regex = '^nothing$')],
  ['a MAC over sealed values alone', (d) => void (d['sops'].mac_only_encrypted = true)],
  [
    'the wrapped key',
    (d) => void (d['sops'].age[0].enc = d['sops'].age[0].enc.replace(/.{9}\n-----END/, 'AAAAAAAAA\n-----END'))
  ],
  ['no recipient', (d) => void (d['sops'].age = [])]
])('A file with %s changed is refused and stays', async (_name, edit) => {
  const { backend, path } = await makeSops()
  await backend.set('github', token)
  await change(path, (document) => document)
  expect(await backend.get('github')).toBe(token)
  await change(path, edit)
  const changed = await readFile(path, 'utf8')
  await expect(backend.get('github')).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
  expect(await readFile(path, 'utf8')).toBe(changed)
})

test.each([
  ['null', '{"a":null}'],
  ['an empty text', '{"a":""}'],
  ['an empty list', '{"a":[]}'],
  ['an empty object', '{"a":{}}'],
  ['a list in a list', '{"a":[["b"]]}'],
  ['an object in a list', '{"a":[{"b":1}]}'],
  ['names that are numbers', '{"1":"a","0":"b"}'],
  ['a fraction', '{"a":1.5}'],
  ['a number too large', '{"a":1e300}'],
  ['a colon in a name', '{"a:b":1}'],
  ['spaces', '{ "a": 1 }'],
  ['a name that JavaScript treats as its own', '{"__proto__":{"a":1}}']
])(
  'A record with %s, which SOPS does not protect or changes, is sealed as one text',
  async (_name, value) => {
    const { backend, path } = await makeSops()
    await backend.set('github', value)
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('value')
    expect(await backend.get('github')).toBe(value)
  }
)

test('A file for several recipients opens for each of them and for no other key', async () => {
  const { root, options, path } = await makeSops()
  const identities = [await generateIdentity(), await generateIdentity(), await generateIdentity()]
  const recipients = await Promise.all(
    identities.slice(0, 2).map((identity) => identityToRecipient(identity))
  )
  await createSopsBackend({ ...options, recipients }).set('github', token)
  expect((JSON.parse(await readFile(path, 'utf8')) as Document)['sops'].age).toHaveLength(2)
  const answers = await Promise.all(
    identities.map(async (identity, index) => {
      const ageKeyFile = join(root, `age-${index}.txt`)
      await writeFile(ageKeyFile, identity, { mode: 0o600 })
      return createSopsBackend({ ...options, ageKeyFile })
        .get('github')
        .catch((error: { code: string }) => error.code)
    })
  )
  expect(answers).toEqual([token, token, 'CREDENTIAL_UNREADABLE'])
})

test.each([
  ['is absent', null],
  ['is empty', '# nothing\n'],
  ['holds something else', 'cnry_not_a_key\n'],
  ['is damaged', `AGE-SECRET-KEY-1${'Q'.repeat(58)}\n`]
])('A key file that %s is reported in words, without its content', async (_name, text) => {
  const { root, options } = await makeSops()
  const ageKeyFile = join(root, 'other.txt')
  if (text !== null) await writeFile(ageKeyFile, text)
  const failure = createSopsBackend({ ...options, ageKeyFile }).set('github', token)
  await expect(failure).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await expect(failure).rejects.toThrow(/age-keygen/)
  await expect(failure).rejects.not.toThrow(/cnry/)
})

test('An invalid recipient is refused before anything is written', async () => {
  const { root, options } = await makeSops()
  const failure = createSopsBackend({ ...options, recipients: ['age1cnry'] }).set('github', token)
  await expect(failure).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await expect(failure).rejects.not.toThrow(/cnry/)
  const names = await readdir(root, { recursive: true })
  expect(names.filter((name) => name.includes('github'))).toEqual([])
})

/** Returns the text with another character in the middle of its data. */
function flip(sealed: string): string {
  const at = sealed.indexOf('data:') + 6
  return sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
}
