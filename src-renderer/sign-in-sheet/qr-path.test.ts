import { decodeQR } from 'qr/decode.js'
import { describe, expect, it } from 'vitest'
import { qrPath } from './qr-path.ts'

const SCALE = 4

/** Returns the picture as a camera sees it: the path, drawn dark on light. */
function drawn({ size, path }: ReturnType<typeof qrPath>): {
  width: number
  height: number
  data: Uint8Array
} {
  const width = size * SCALE
  const data = new Uint8Array(width * width * 4).fill(255)
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let pixel = 0; pixel < SCALE * SCALE; pixel += 1) {
      const column = Number(x) * SCALE + (pixel % SCALE)
      const row = Number(y) * SCALE + Math.floor(pixel / SCALE)
      data.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3)
    }
  }
  return { width, height: width, data }
}

describe('the QR code of an address', () => {
  it.each([
    'https://github.com/login/device',
    'https://sso.example.net/realms/main/device?user_code=WDJB-MJHT',
    `https://login.example.net/device?user_code=WDJB-MJHT&hint=${'x'.repeat(400)}`
  ])('is read back as %s', (address) => {
    expect(decodeQR(drawn(qrPath(address)))).toBe(address)
  })

  it('has four light modules on every side', () => {
    const { size, path } = qrPath('https://github.com/login/device')
    const places = [...path.matchAll(/M(\d+) (\d+)h/g)].flatMap(([, x, y]) => [Number(x), Number(y)])
    expect(Math.min(...places)).toBe(4)
    expect(Math.max(...places)).toBe(size - 5)
  })
})
