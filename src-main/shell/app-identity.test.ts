import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { APP_ID, nameApp } from './app-identity.ts'

function told(platform: NodeJS.Platform): string[] {
  const calls: string[] = []
  const note = (name: string) => (value: string) => void calls.push(`${name} ${value}`)
  nameApp(
    { setName: note('name'), setDesktopName: note('desktop'), setAppUserModelId: note('model') },
    platform
  )
  return calls
}

describe('the identity of the app', () => {
  it('is the same in package.json, where Electron reads it before any code runs', () => {
    const manifest: unknown = JSON.parse(readFileSync(resolve('package.json'), 'utf8'))
    expect(manifest).toMatchObject({ productName: 'Latchkey', desktopName: `${APP_ID}.desktop` })
  })

  it('is a name in reverse-DNS style, which portals take', () => {
    expect(APP_ID).toMatch(/^[a-z]+(\.[A-Za-z][A-Za-z0-9]*){2,}$/)
  })

  it('is told where the system has such a thing', () => {
    expect(told('linux')).toEqual(['name Latchkey', `desktop ${APP_ID}.desktop`])
    expect(told('win32')).toEqual(['name Latchkey', `model ${APP_ID}`])
    expect(told('darwin')).toEqual(['name Latchkey'])
  })
})
