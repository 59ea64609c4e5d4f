// `npm run tour`: builds, and walks through the vault with a provider of its own, on the stand-in.
import { join } from 'node:path'
import { ensureChromium } from './browsers.ts'
import { build, exitCode, root, runProgram, script } from './script.ts'

await script(async () => {
  if (!process.argv.includes('--built')) await build()
  await ensureChromium(false, ['fonts-inter'])
  return exitCode(await runProgram(process.execPath, [join(root, 'e2e', 'tour.ts')]))
})
