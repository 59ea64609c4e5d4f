// `npm run packages`: the lockfile holds what was reviewed and nothing else; `-- --accept` writes the list again.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brokenRules, changesFrom, knownText, readLockfile } from './lockfile.ts'
import { Stop, root, say, script } from './script.ts'

const list = join(root, 'scripts', 'reviewed-packages.txt')

await script(async () => {
  const packages = readLockfile(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const broken = brokenRules(packages)
  if (broken.length > 0)
    throw new Stop(`package-lock.json breaks the rules for packages:\n${broken.join('\n')}`)
  const changes = changesFrom(existsSync(list) ? readFileSync(list, 'utf8') : '', packages)
  if (process.argv.includes('--accept')) {
    writeFileSync(list, knownText(packages))
    say(`${String(changes.length)} changes are accepted, ${String(packages.length)} packages are known.`)
    return 0
  }
  if (changes.length === 0) return 0
  throw new Stop(
    `package-lock.json differs from the packages that were reviewed:\n${changes.join('\n')}\nLook at what changed, then run: npm run packages -- --accept`
  )
})
