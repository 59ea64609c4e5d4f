// What package-lock.json would install, the rules for it, and how it differs from the list that was reviewed.

/** One package as the lockfile has it; the same version in two folders counts once. */
export type LockedPackage = {
  readonly name: string
  readonly version: string
  /** SPDX; empty: the package names none. */
  readonly licence: string
  /** Subresource integrity of its archive; empty: the lockfile has none. */
  readonly integrity: string
  /** npm would run a script of it at installation. */
  readonly hasScript: boolean
  /** Where it comes from; null: the registry that npm is set to. */
  readonly source: string | null
}

/** Licences that allow what Latchkey does. */
const licences = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-3-Clause',
  'MPL-2.0',
  'CC-BY-4.0',
  'BlueOak-1.0.0',
  '(MIT OR Apache-2.0)',
  'OFL-1.1', // of fonts
  '0BSD'
]

/** The script of koffi builds it where it has no binary; it is not run, and Latchkey does without koffi there. */
const knownScripts = ['koffi']

const lineOf = ({ name, version, licence, integrity, hasScript }: LockedPackage): string =>
  [`${name}@${version}`, licence || '-', integrity || '-', ...(hasScript ? ['script'] : [])].join(' ')

/** The packages of a lockfile (npm's version 3), by name. Throws Error where the text is no such file. */
export function readLockfile(text: string): readonly LockedPackage[] {
  const { lockfileVersion, packages } = JSON.parse(text) as { lockfileVersion?: unknown; packages?: unknown }
  if (lockfileVersion !== 3 || typeof packages !== 'object' || packages === null)
    throw new Error('package-lock.json is not of version 3. Make it with the npm of Node 24.')
  const found = new Map<string, LockedPackage>()
  for (const [path, entry] of Object.entries(packages as Record<string, Record<string, unknown>>)) {
    if (path === '') continue
    const text = (key: string): string => (typeof entry[key] === 'string' ? entry[key] : '')
    const read = {
      name: text('name') || path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: text('version'),
      licence: text('license'),
      integrity: text('integrity'),
      hasScript: entry['hasInstallScript'] === true,
      source: text('resolved') || null
    }
    found.set(lineOf(read), read)
  }
  return [...found.values()].toSorted((one, other) => (lineOf(one) < lineOf(other) ? -1 : 1))
}

/** What is wrong with a package whoever reviewed it, one sentence each. */
export function brokenRules(packages: readonly LockedPackage[]): readonly string[] {
  return packages.flatMap(({ name, version, licence, integrity, hasScript, source }) => {
    const which = `${name} ${version}`
    return [
      ...(/^sha512-[\w+/]{86}==$/.test(integrity) ? [] : [`${which} has no SHA-512 of its contents.`]),
      ...(licences.includes(licence) ? [] : [`${which} has the licence “${licence || 'none'}”.`]),
      ...(hasScript && !knownScripts.includes(name) ? [`${which} has a script for its installation.`] : []),
      ...(source === null ? [] : [`${which} does not come from the registry that npm is set to.`])
    ]
  })
}

/** The reviewed list, as it is kept. */
export function knownText(packages: readonly LockedPackage[]): string {
  return `${packages.map(lineOf).join('\n')}\n`
}

/** How the lockfile differs from the reviewed list, one sentence each; the gravest first. */
export function changesFrom(known: string, packages: readonly LockedPackage[]): readonly string[] {
  const before = known.split('\n').filter((line) => line !== '')
  const lines = packages.map(lineOf)
  const nameOf = (line: string): string => line.split(' ')[0] ?? ''
  const come = lines.filter((line) => !before.includes(line))
  const gone = before.filter((line) => !lines.includes(line)).map(nameOf)
  const changed = come.filter((line) => gone.includes(nameOf(line))).map(nameOf)
  return [
    ...changed.map((which) => `${which} is not what it was: contents, licence or script differ.`),
    ...come
      .filter((line) => !changed.includes(nameOf(line)))
      .map((line) => `New: ${line.split(' sha512-')[0] ?? ''}`),
    ...gone.filter((which) => !changed.includes(which)).map((which) => `Gone: ${which}`)
  ]
}
