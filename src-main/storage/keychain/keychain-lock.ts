import { connect } from 'node:net'
import type { Socket } from 'node:net'

const ANSWER_MS = 1000
const [PATH, INTERFACE, MEMBER, DESTINATION, SIGNATURE] = [1, 2, 3, 6, 8]

/**
 * Returns whether the Secret Service's default collection is locked; asks over D-Bus without a prompt. Null:
 * unknown (no session bus, no such service, no collection, no answer within a second). Never throws. (Secret
 * Service API, Service.ReadAlias and Collection.Locked; D-Bus specification, "Message format")
 *
 * The property is read after the answer to ReadAlias only: GNOME Keyring aborts if a property is the first thing that
 * a new connection asks for (https://bugs.debian.org/1147303).
 */
export async function isDefaultCollectionLocked(address: string | undefined): Promise<boolean | null> {
  const path = /^unix:(?:.*,)?(?:path=([^,;]+)|abstract=([^,;]+))/.exec(address ?? '')
  if (!path) return null
  const socket = connect(path[1] === undefined ? `\0${path[2]}` : decodeURIComponent(path[1]))
  try {
    return await ask(socket)
  } finally {
    socket.destroy()
  }
}

function ask(socket: Socket): Promise<boolean | null> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0)
    let isAccepted = false
    let hasAsked = false
    socket.setTimeout(ANSWER_MS, () => resolve(null))
    socket.on('error', () => resolve(null))
    socket.on('close', () => resolve(null))
    socket.on('connect', () => {
      const user = Buffer.from(String(process.getuid?.() ?? '')).toString('hex')
      socket.write(`\0AUTH EXTERNAL ${user}\r\n`)
    })
    socket.on('data', (data: Buffer) => {
      received = Buffer.concat([received, data])
      if (isAccepted) return answer()
      if (!received.includes('\r\n')) return
      if (!received.toString('latin1').startsWith('OK')) return resolve(null)
      isAccepted = true
      received = received.subarray(received.indexOf('\r\n') + 2)
      socket.write(Buffer.concat([Buffer.from('BEGIN\r\n'), hello(), readAlias()]))
    })

    /** The answers are for Hello, for ReadAlias and for Get, in this order. */
    function answer(): void {
      const [, alias, locked] = answersIn(received)
      if (locked) resolve(locked.type === 2 && locked.body.length === 8 ? locked.body[4] === 1 : null)
      else if (alias && !hasAsked) {
        hasAsked = true
        socket.write(getLocked())
      }
    }
  })
}

function answersIn(bytes: Buffer): Array<{ type: number | undefined; body: Buffer }> {
  const answers = []
  for (let start = 0; bytes.length >= start + 16;) {
    const body = start + aligned(16 + bytes.readUInt32LE(start + 12), 8)
    const end = body + bytes.readUInt32LE(start + 4)
    if (end > bytes.length) break
    const type = bytes[start + 1]
    if (type === 2 || type === 3) answers.push({ type, body: bytes.subarray(body, end) })
    start = end
  }
  return answers
}

const hello = (): Buffer =>
  message(1, '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'Hello', 'org.freedesktop.DBus', [])

const readAlias = (): Buffer =>
  message(
    2,
    '/org/freedesktop/secrets',
    'org.freedesktop.Secret.Service',
    'ReadAlias',
    'org.freedesktop.secrets',
    ['default']
  )

const getLocked = (): Buffer =>
  message(
    3,
    '/org/freedesktop/secrets/aliases/default',
    'org.freedesktop.DBus.Properties',
    'Get',
    'org.freedesktop.secrets',
    ['org.freedesktop.Secret.Collection', 'Locked']
  )

function message(
  serial: number,
  path: string,
  iface: string,
  member: string,
  destination: string,
  args: string[]
): Buffer {
  const body = joined(
    args.map((text) => texted(text)),
    4
  )
  const fields = [
    field(PATH, 'o', texted(path)),
    field(INTERFACE, 's', texted(iface)),
    field(MEMBER, 's', texted(member)),
    field(DESTINATION, 's', texted(destination)),
    ...(args.length > 0 ? [field(SIGNATURE, 'g', signature(args))] : [])
  ]
  const header = joined(fields, 8)
  const fixed = Buffer.from([0x6c, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  fixed.writeUInt32LE(body.length, 4)
  fixed.writeUInt32LE(serial, 8)
  fixed.writeUInt32LE(header.length, 12)
  return Buffer.concat([padded(Buffer.concat([fixed, header]), 8), body])
}

const field = (code: number | undefined, type: string, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([code ?? 0, 1, type.charCodeAt(0), 0]), value])

const signature = (args: string[]): Buffer =>
  Buffer.concat([Buffer.from([args.length]), Buffer.from(`${'s'.repeat(args.length)}\0`)])

function texted(text: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(Buffer.byteLength(text))
  return Buffer.concat([length, Buffer.from(`${text}\0`)])
}

/** Each part begins at a multiple of `to`. */
const joined = (parts: Buffer[], to: number): Buffer =>
  Buffer.concat(parts.map((part, index) => (index < parts.length - 1 ? padded(part, to) : part)))

const padded = (bytes: Buffer, to: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(aligned(bytes.length, to) - bytes.length)])

const aligned = (length: number, to: number): number => Math.ceil(length / to) * to
