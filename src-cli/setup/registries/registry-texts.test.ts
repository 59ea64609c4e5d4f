import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { withoutTokenHelper, withTokenHelper } from './pnpm-text.ts'
import { shellFile } from '../program-file.ts'
import { withoutTerraformHelper, withTerraformHelper } from './terraform-text.ts'

describe('the CLI configuration of Terraform', () => {
  test.each(['', 'plugin_cache_dir = "/cache"\n', '# credentials_helper "other" {}\n'])(
    'gets one line, and is as before without it: %j',
    (before) => {
      const after = `${before}credentials_helper "latchkey" {}\n`
      expect(withTerraformHelper(before)).toEqual({ text: after, inClear: [] })
      expect(withTerraformHelper(after)).toEqual({ text: after, inClear: [] })
      expect(withoutTerraformHelper(after)).toBe(before)
    }
  )

  test('keeps another helper', () => {
    const before = 'credentials_helper "corp" {\n  args = []\n}\n'
    expect(withTerraformHelper(before)).toEqual({ text: null, inClear: [] })
    expect(withoutTerraformHelper(before)).toBe(before)
  })

  test('says for which hosts it holds a token itself', () => {
    const before = 'credentials "app.terraform.io" {\n  token = "x"\n}\n'
    expect(withTerraformHelper(before).inClear).toEqual(['app.terraform.io'])
  })
})

describe('auth.ini of pnpm', () => {
  const [host, file] = ['npm.acme.example:8443', '/home/ana/token']
  const line = '//npm.acme.example:8443/:tokenHelper=/home/ana/token\n'

  test.each(['', '//registry.npmjs.org/:_authToken=x\n', '//npm.acme.example/:tokenHelper=/other\n'])(
    'gets one line, and is as before without it: %j',
    (before) => {
      expect(withTokenHelper(before, host, file)).toEqual({ text: before + line, isInClear: false })
      expect(withTokenHelper(before + line, host, file)).toEqual({ text: before + line, isInClear: false })
      expect(withoutTokenHelper(before + line, host, file)).toBe(before)
    }
  )

  test('keeps another file for the same registry', () => {
    const before = '//npm.acme.example:8443/:tokenHelper = /corp/token\n'
    expect(withTokenHelper(before, host, file)).toEqual({ text: null, isInClear: false })
    expect(withoutTokenHelper(before, host, file)).toBe(before)
  })

  test.each(['_authToken', '_auth', '_password'])('says that it holds the secret in %s itself', (name) => {
    expect(withTokenHelper(`//${host}/:${name}=x\n`, host, file).isInClear).toBe(true)
  })
})

test('the file for a tool runs its program with its arguments, whatever letters they have', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-shell-'))
  try {
    const path = join(folder, 'it’s a "file"')
    writeFileSync(path, shellFile('/usr/bin/printf', ['%s|', "it's", '$HOME `x`']), { mode: 0o700 })
    expect(execFileSync(path, ['one more']).toString()).toBe("it's|$HOME `x`|one more|")
  } finally {
    rmSync(folder, { recursive: true })
  }
})
