import { expect, test } from 'vitest'
import { classifyKeychainError, keychainProblem, toKeychainProblem } from './keychain-error.ts'
import type { KeychainErrorKind } from './keychain-error.ts'

const bus = 'Platform failure: DBus error:'
const access = "Couldn't access platform storage:"
const messages: ReadonlyArray<readonly [KeychainErrorKind, string]> = [
  [
    'unavailable',
    `${bus} Using X11 for dbus-daemon autolaunch was disabled at compile time, set your DBUS_…`
  ],
  ['unavailable', `${bus} Failed to connect to socket /nonexistent: No such file or directory`],
  ['unavailable', `${bus} The name org.freedesktop.secrets was not provided by any .service files`],
  ['unavailable', 'zbus error: Failed to connect to address unix:path=/x'],
  ['unavailable', `${access} Secret Service: no result found`],
  ['unavailable', 'Connection refused'],
  ['unavailable', 'A specified logon session does not exist. It may already have been terminated.'],
  ['locked', `${access} Secret Service: unlock prompt was dismissed`],
  ['locked', 'zbus error: org.freedesktop.Secret.Error.IsLocked: Cannot get secret of a locked object'],
  ['locked', 'User interaction is not allowed.'],
  ['denied', `${access} AccessDenied`],
  ['denied', 'User canceled the operation.'],
  [
    'timeout',
    `${bus} Did not receive a reply. Possible causes include: the remote application did not send…`
  ],
  ['stale', `${bus} The session does not exist`],
  ['stale', `${access} The session wrapping the secret does not exist`],
  ['stale', 'Connection was disconnected before a reply was received'],
  ['stale', `${bus} Message recipient disconnected from message bus without replying`],
  ['stale', 'No such interface "org.freedesktop.Secret.Item" on object at path /org/freedesktop/…'],
  ['ambiguous', 'Entry is matched by 2 credentials: [SsCredential, SsCredential]'],
  ['too-long', "Value of 'password encoded as UTF-16' is longer than the platform limit of 2560 chars"],
  ['not-text', 'Password data is not valid UTF-8'],
  ['prompt-pending', 'A prompt is already pending'],
  ['unknown', 'Something else']
]

test.each(messages)('A keychain is %s when it says: %s', (kind, message) => {
  expect(classifyKeychainError(new Error(message))).toBe(kind)
})

test.each([
  ['locked', 'KEYCHAIN_LOCKED', 'unlock'],
  ['denied', 'KEYCHAIN_DENIED', 'unlock'],
  ['timeout', 'KEYCHAIN_TIMEOUT', 'retry'],
  ['unavailable', 'KEYCHAIN_UNAVAILABLE', 'choose-store'],
  ['ambiguous', 'KEYCHAIN_DUPLICATE', 'none'],
  ['locked-elsewhere', 'KEYCHAIN_DUPLICATE', 'none'],
  ['too-long', 'STORE_WRITE_FAILED', 'retry'],
  ['unknown', 'KEYCHAIN_UNAVAILABLE', 'choose-store']
] as const)('A keychain that is %s is told as %s, with the remedy %s', (kind, code, remedy) => {
  expect(keychainProblem(kind)).toMatchObject({ code, remedy })
})

test('What the keychain says itself is never passed on', () => {
  const problem = toKeychainProblem(new Error('could not store cnry_secret'))
  expect(problem.message).not.toContain('cnry')
  expect(JSON.stringify(problem)).not.toContain('cnry')
})
