/**
 * Entry of the helper process: the only place that loads the native keychain module. An unlock prompt without
 * an answer hangs a native call for ever, and such a call ends only together with its process.
 */
import { openHelperChannel } from './helper-channel.ts'
import { endWithParent } from './helper-guardian.ts'
import { type HelperReply, type HelperRequest, isProbe } from './helper-protocol.ts'
import { classifyKeychainError, type KeychainErrorKind } from './keychain-error.ts'
import { isDefaultCollectionLocked } from './keychain-lock.ts'
import { keyringLoader } from './keyring-module.ts'
import { createKeyringOperations, type KeyringOperations } from './keyring-operations.ts'
import { hardenOwnProcess } from './process-hardening.ts'

// The module would load any file that this variable names.
delete process.env['NAPI_RS_NATIVE_LIBRARY_PATH']

const isHardened = hardenOwnProcess(process.env)
const channel = openHelperChannel(process)
const loadKeyring = keyringLoader()
let operations: KeyringOperations | null = null

// `process.exit` waits for a hung native call; a signal ends the process at once.
channel.onEnd(() => process.kill(process.pid, 'SIGKILL'))
// Chromium ends a utility process; a forked one has to watch its parent.
if (process.send) endWithParent()
channel.onRequest((request) => void answer(request))

async function answer(request: HelperRequest): Promise<void> {
  try {
    if (request.op === 'ping') return channel.send({ id: request.id, ok: true, value: null })
    await isHardened
    channel.send({ id: request.id, ok: true, value: await perform(request) })
  } catch (error) {
    channel.send({ id: request.id, ok: false, kind: await kindOf(error) })
  }
}

async function kindOf(error: unknown): Promise<KeychainErrorKind> {
  const kind = classifyKeychainError(error)
  if (kind !== 'locked') return kind
  const isDefaultLocked = await isDefaultCollectionLocked(process.env['DBUS_SESSION_BUS_ADDRESS'])
  return isDefaultLocked === false ? 'locked-elsewhere' : kind
}

async function perform(
  request: Exclude<HelperRequest, { op: 'ping' }>
): Promise<Extract<HelperReply, { ok: true }>['value']> {
  const keyring = await keyringOperations()
  if (request.op === 'hello') return keyring !== null
  if (!keyring) throw new Error('The keychain was not provided by any module.')
  switch (request.op) {
    case 'prepare':
      await keyring.prepare(request.service, request.account)
      return null
    case 'accounts':
      return keyring.accounts(request.service)
    case 'get':
      return keyring.get(request.service, request.account)
    case 'delete':
      return keyring.delete(request.service, request.account)
    case 'set':
      await refuseLockedProbe(request.account)
      await keyring.set(request.service, request.account, request.value)
      return null
    case 'setAndVerify':
      await keyring.set(request.service, request.account, request.value)
      return (await keyring.get(request.service, request.account)) === request.value
    case 'deleteAndVerify': {
      const removed = await keyring.delete(request.service, request.account)
      if ((await keyring.get(request.service, request.account)) !== null) return 'stays'
      return removed ? 'removed' : 'absent'
    }
  }
}

async function keyringOperations(): Promise<KeyringOperations | null> {
  const module = await loadKeyring()
  if (!module) return null
  operations ??= createKeyringOperations({ module, onWorn: () => channel.send({ id: null, retire: true }) })
  return operations
}

/** A check of the keychain's state must not ask the person to unlock it. */
async function refuseLockedProbe(account: string): Promise<void> {
  if (!isProbe(account)) return
  if (await isDefaultCollectionLocked(process.env['DBUS_SESSION_BUS_ADDRESS'])) throw new Error('IsLocked')
}
