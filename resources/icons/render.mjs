// Draws the PNG icons from the SVG beside this file, with Chromium. Run it after a drawing changes:
//   node resources/icons/render.mjs
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from '@playwright/test'

const FOLDER = import.meta.dirname
const TRAY_STATES = ['ok', 'attention', 'error', 'locked']
/** `light` is drawn for light panels and dark for dark ones; macOS colours the black template itself. */
const INKS = { light: '#1d1c1a', dark: '#ececea', Template: '#000000' }

const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium' })
const page = await browser.newPage()

async function draw(svg, size, file) {
  await page.setViewportSize({ width: size, height: size })
  const sized = svg.replace(/width="\d+" height="\d+"/, `width="${size}" height="${size}"`)
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${sized}`)
  await writeFile(join(FOLDER, file), await page.screenshot({ omitBackground: true }))
}

for (const state of TRAY_STATES) {
  const svg = await readFile(join(FOLDER, `tray-${state}.svg`), 'utf8')
  for (const [name, ink] of Object.entries(INKS)) {
    const inked = svg.replace(/ color="#[0-9a-f]{6}"/, ` color="${ink}"`)
    const stem = name === 'Template' ? `tray-${state}Template` : `tray-${state}-${name}`
    await draw(inked, 16, `${stem}.png`)
    await draw(inked, 32, `${stem}@2x.png`)
  }
}
const app = await readFile(join(FOLDER, 'app.svg'), 'utf8')
for (const size of [512, 256, 32]) await draw(app, size, `app-${size}.png`)
await draw(app, 512, 'app.png')
await browser.close()
