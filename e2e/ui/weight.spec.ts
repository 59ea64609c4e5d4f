import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'

const RENDERER = process.env['LATCHKEY_RENDERER'] ?? resolve(import.meta.dirname, '../../out/renderer')

/** Sizes after gzip, in bytes, of the files of that kind that a page loads before it shows anything. */
async function weight(page: string, ending: 'css' | 'js'): Promise<number> {
  const html = await readFile(join(RENDERER, page), 'utf8')
  const files = [...html.matchAll(/(?:src|href)="\.?\/?(assets\/[^"]+)"/g)].map(([, file = '']) => file)
  const wanted = files.filter((file) => file.endsWith(`.${ending}`))
  const sizes = await Promise.all(
    wanted.map(async (file) => gzipSync(await readFile(join(RENDERER, file)), { level: 9 }).length)
  )
  expect(sizes.length).toBeGreaterThan(0)
  return sizes.reduce((sum, size) => sum + size, 0)
}

test('the list is there after at most 200 kB of scripts and 20 kB of styles', async () => {
  expect(await weight('index.html', 'js')).toBeLessThanOrEqual(200_000)
  expect(await weight('index.html', 'css')).toBeLessThanOrEqual(20_000)
})
