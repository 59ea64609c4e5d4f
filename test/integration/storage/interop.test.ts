import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { forkHelper, helperKeychainLoader } from '../../../src-main/storage/keychain/keychain-client.ts'
import { SecureStore } from '../../../src-main/storage/secure-store.ts'

const loader = helperKeychainLoader(
  forkHelper(join(import.meta.dirname, '../../../src-main/storage/keychain/keychain-helper.ts'))
)
afterAll(async () => (await loader())?.close?.())

const value = 'Grüße, 鍵, 🔑\n"second line"'
const account = '["github","ada"]'

function run(command: string, args: string[], input = ''): string {
  const { stdout, stderr, status } = spawnSync(command, args, { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout
}

/** The system's Python, to which Debian's python3-keyring belongs. */
const python = (code: string, args: string[], input = ''): string =>
  run('/usr/bin/python3', ['-c', `import keyring, sys; ${code}`, ...args], input)

type Peer = {
  read(service: string): string
  write(service: string, text: string): void
}
const peers: ReadonlyArray<readonly [string, Peer]> = [
  [
    'Python’s keyring',
    {
      read: (service) =>
        python('sys.stdout.write(keyring.get_password(sys.argv[1], sys.argv[2]))', [service, account]),
      write: (service, text) =>
        void python(
          'keyring.set_password(sys.argv[1], sys.argv[2], sys.stdin.read())',
          [service, account],
          text
        )
    }
  ],
  [
    'secret-tool',
    {
      read: (service) => run('secret-tool', ['lookup', 'service', service, 'username', account]),
      write: (service, text) =>
        void run('secret-tool', ['store', '--label=x', 'service', service, 'username', account], text)
    }
  ]
]

test.each(peers)('%s reads what is stored here, and the other way round', async (_name, peer) => {
  const service = `latchkey-test-${randomBytes(6).toString('hex')}`
  const store = new SecureStore(service, { keychainLoader: loader })
  await store.set(account, value)
  expect(peer.read(service)).toBe(value)
  expect(await store.delete(account)).toBe(true)
  peer.write(service, `${value} from outside`)
  expect(await store.get(account)).toBe(`${value} from outside`)
  await store.set(account, 'replaced here')
  expect(peer.read(service)).toBe('replaced here')
})

test('When Python adds a second entry, a person is told which of the two to remove, and both stay', async () => {
  const service = `latchkey-test-${randomBytes(6).toString('hex')}`
  const store = new SecureStore(service, { keychainLoader: loader, fallbackPolicy: 'deny' })
  await store.set(account, 'ours')
  peers[0]?.[1].write(service, 'theirs')
  const refused = { code: 'KEYCHAIN_DUPLICATE', message: expect.stringContaining('“keyring:') as string }
  await expect(store.get(account)).rejects.toMatchObject(refused)
  await expect(store.set(account, 'new')).rejects.toMatchObject({ code: 'KEYCHAIN_DUPLICATE' })
  await expect(store.delete(account)).rejects.toMatchObject({ code: 'KEYCHAIN_DUPLICATE' })
  const found = run('secret-tool', ['search', '--all', 'service', service])
  expect(found.match(/^secret = .*$/gm)?.toSorted()).toEqual(['secret = ours', 'secret = theirs'])
})
