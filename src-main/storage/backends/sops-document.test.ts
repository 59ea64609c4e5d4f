import { expect, test } from 'vitest'
import { armor, Decrypter } from 'age-encryption'
import { Secret } from '../../core/secret.ts'
import { openDocument } from './sops-document.ts'
import { openValue, sealValue } from './sops-value.ts'

/** Public test vectors. First: aes/cipher_test.go of getsops/sops. */
const vectorKey = Buffer.from('f'.repeat(32))
const vectorText =
  'ENC[AES256_GCM,data:oYyi,iv:MyIDYbT718JRr11QtBkcj3Dwm4k1aCGZBVeZf0EyV8o=,tag:t5z2Z023Up0kxwCgw1gNxg==,type:str]'

/** Second: a file that sops 3.10.2 wrote, and its key (fluxcd/kustomize-controller, testdata/sops/global). */
const fileIdentity = new Secret('AGE-SECRET-KEY-10U7MAELH09KZU63F65P2TYLN7TQM5X6GSDDCQ4YMUGDS3DS6XZMSTYY2PN')
const file = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'global-age-secret', namespace: 'default' },
  type: 'Opaque',
  stringData: {
    key: 'ENC[AES256_GCM,data:5d9WYyV8eyrOhF/m,iv:wuxE+q4pB+2cXBLcOy4/eZFSteLXJJDEI001UFAPd3A=,tag:EyM2zosBOv5/DnZMUqyNJg==,type:str]'
  },
  sops: {
    age: [
      {
        recipient: 'age1henwn645drkd3fa34t27t2w2x0nsgw3w4h62gmg5x5xflyjpy38s5cncph',
        enc: `-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBhSEJIVUQrZXpkZmJ6ek1U
enNmL2cycGJVTUp0bGJBQmhzUms5eENWd1MwCjZtUjMvT28zWU8wVHArNDdyNG1x
RjJCK29jNEJ5bDc5M2pNVG0rcHhFQ2cKLS0tIDkzRk5zdTZ5ek4rNzNvT2l5VDJ1
Sk01a05sV094UjFVbkhsVUhaOFhWa3MKwVILC0MO4CPlK0kniPTxOgMxej+E1NJ3
d1vA+h/DFoHDV6fU63n/v0BLmi7q0x10pYj95u1Ef1cP24JC/G+M4g==
-----END AGE ENCRYPTED FILE-----
`
      }
    ],
    lastmodified: '2025-07-06T17:19:51Z',
    mac: 'ENC[AES256_GCM,data:5vkroTHj/9sLCEb+LHZEWwbrq9amLfU9QsDE6ZmpSDa/r7T2RGzX9cAhe73s2L7E5EZblsWOGLPdQCRXP/Llp19QzEU6dYs+n0IyFprjtYpL8VEB3S2aCPzdhOrN0o/pcHGmfvp4S9gXvwki1EIYhRL7ozBHNppxQGLOdVDigjg=,iv:dCzK0olxFn4QwknnYvO4LNo7SjuX04zF6saVRFQv7wY=,tag:GwL7WDw2IBxNUdGUBpBXEQ==,type:str]',
    encrypted_regex: '^(data|stringData)$',
    version: '3.10.2'
  }
}

test('The vector of SOPS’ own cipher opens, and only at its path', () => {
  expect(openValue(vectorKey, 'bar:', vectorText)).toBe('foo')
  expect(() => openValue(vectorKey, '', vectorText)).toThrow(
    expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' })
  )
})

test('A file that SOPS itself wrote opens, its MAC agrees, and one plain letter is enough to refuse it', async () => {
  const { sops: _sops, ...tree } = file
  const opened = await openDocument(JSON.stringify(file), [fileIdentity])
  expect(opened).toMatchObject({ ...tree, stringData: { key: expect.stringMatching(/^[\x20-\x7e]{12}$/) } })
  const changed = JSON.stringify(file).replace('"default"', '"Default"')
  await expect(openDocument(changed, [fileIdentity])).rejects.toMatchObject({ code: 'CREDENTIAL_UNREADABLE' })
})

test('The file’s data key is 32 bytes in an age file of the kind that Latchkey writes', async () => {
  const decrypter = new Decrypter()
  fileIdentity.expose((text) => decrypter.addIdentity(text))
  const key = await decrypter.decrypt(armor.decode(file.sops.age[0]?.enc ?? ''))
  expect(key).toHaveLength(32)
})

test.each(['', 'text', 'True', 0, -7, 9_007_199_254_740_991, true, false])(
  '%j comes back as it was',
  (leaf) => {
    expect(openValue(vectorKey, 'a:', sealValue(vectorKey, 'a:', leaf))).toBe(leaf)
  }
)

test.each([
  ['a text called a number', 'int', 'x'],
  ['a number with a zero before it', 'int', '07'],
  ['a number too large to be kept', 'int', '9007199254740993'],
  ['a text called a boolean', 'bool', 'true']
])('A type that does not fit is refused: %s', (_name, type, text) => {
  const sealed = sealValue(vectorKey, 'a:', text).replace('type:str', `type:${type}`)
  expect(() => openValue(vectorKey, 'a:', sealed)).toThrow(
    expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' })
  )
})

test.each([
  ['a shorter IV', (text: string) => text.replace(/iv:[^,]+/, `iv:${Buffer.alloc(12).toString('base64')}`)],
  [
    'a shorter tag',
    (text: string) => text.replace(/tag:[^,]+/, `tag:${Buffer.alloc(12).toString('base64')}`)
  ],
  ['another algorithm', (text: string) => text.replace('AES256_GCM', 'AES128_GCM')]
])('%s is refused', (_name, edit) => {
  expect(() => openValue(vectorKey, 'bar:', edit(vectorText))).toThrow(
    expect.objectContaining({ code: 'CREDENTIAL_UNREADABLE' })
  )
})
