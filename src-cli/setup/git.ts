import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../terminal/command.ts'
import { type GitKept, withoutLatchkey } from './git-text.ts'
import { type SetupWorld, shownPath, type ToolSetup } from './setup-plan.ts'

/** The helper of git in the person's own configuration, which `git config` itself changes. */
export const gitSetup: ToolSetup = {
  helper: 'git',
  program: 'git-credential-latchkey',
  plan: async (places, world, { former }) => {
    const path = configOf(world)
    const before = world.read(path)
    const ours = helperOf(world)
    const hosts = new Set(places.map(({ host }) => host))
    const paths = [...keptOf(former).paths]
    const notes: string[] = []
    const after = await edited(before, world, async (git) => {
      for (const host of hosts) {
        const helper = `credential.https://${host}.helper`
        const given = (await git('--null', '--get-all', helper)).split('\0')
        if (given.at(-2) !== ours || given.at(-3) !== '') {
          // The empty one drops the helpers that were named before it.
          await git('--add', helper, '')
          await git('--add', helper, ours)
        }
        const sendsPath = `credential.https://${host}.useHttpPath`
        const accounts = places.filter((place) => place.host === host)
        if (accounts.length > 1 && (await git('--get', sendsPath)) === '') {
          await git(sendsPath, 'true')
          paths.push(host)
        }
        notes.push(...(await notesOn(host, ours, git)))
      }
    })
    return { changes: [{ path, before, after }], notes, kept: { paths } satisfies GitKept }
  },
  beside: async (_kept, world) => {
    const notes: string[] = []
    const ours = helperOf(world)
    await edited(world.read(configOf(world)), world, async (git) => {
      const listed = await git('--null', '--get-regexp', String.raw`^credential\.https://.*\.helper$`)
      for (const [, host = '', helper] of listed.matchAll(
        /credential\.https:\/\/([^\n]*)\.helper\n([^\0]*)\0/g
      ))
        if (helper === ours) notes.push(...(await notesOn(host, ours, git)))
    })
    return notes
  },
  undo: async (kept, world) => {
    const path = configOf(world)
    const before = world.read(path)
    const after = before === null ? null : withoutLatchkey(before, keptOf(kept))
    // A file that the setup made is left empty by it.
    return { changes: [{ path, before, after: after === '' ? null : after }], notes: [], kept: null }
  }
}

/** Git takes a helper that begins with a slash as text for the shell. */
function helperOf({ program }: SetupWorld): string {
  const { onPath, path } = program('git-credential-latchkey')
  return onPath ? 'latchkey' : path.replaceAll(/[^\w@%+=:,./-]/g, String.raw`\$&`)
}

function keptOf(kept: unknown): GitKept {
  const { paths } = (kept ?? {}) as { readonly paths?: unknown }
  return { paths: Array.isArray(paths) ? paths.filter((each) => typeof each === 'string') : [] }
}

/** The file that `git config --global` writes (git-config(1), FILES). */
function configOf({ environment, home, read }: SetupWorld): string {
  const named = environment['GIT_CONFIG_GLOBAL'] ?? ''
  if (named !== '') return named
  const own = join(home, '.gitconfig')
  const other = join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'git', 'config')
  return read(own) === null && read(other) !== null ? other : own
}

/** Runs `git config` on the copy; gives what it prints, and an empty text where it found nothing. */
type Git = (...args: readonly string[]) => Promise<string>

/** The text of a configuration after `edit`, which works on a copy that nobody else can read. */
async function edited(
  text: string | null,
  { environment }: SetupWorld,
  edit: (git: Git) => Promise<void>
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-git-'))
  const copy = join(folder, 'config')
  try {
    writeFileSync(copy, text ?? '', { mode: 0o600 })
    // As its global one, so that git also sees the configurations that come before and after it.
    await edit((...args) =>
      run(['config', ...(args[0] === '--show-origin' ? [] : ['--global']), ...args], {
        ...environment,
        GIT_CONFIG_GLOBAL: copy
      })
    )
    return readFileSync(copy, 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((done, fail) => {
    execFile('git', args, { env, timeout: 10_000 }, (error, out) => {
      // 1: there is no such setting.
      if (error === null || error.code === 1) return done(out)
      if (error.code === 'ENOENT')
        return fail(new UsageError('git is not found on the PATH. Install it first.'))
      fail(new UsageError('git can’t change its configuration. “git config --global --list” says why.'))
    })
  })
}

type Named = { readonly helper: string; readonly origin: string }

/** Which other helpers git asks for this host, in the folder that the command is typed in. */
async function notesOn(host: string, ours: string, git: Git): Promise<readonly string[]> {
  const listed = await git('--show-origin', '--null', '--get-regexp', String.raw`^credential\.(.*\.)?helper$`)
  const fields = listed.split('\0')
  let others: Named[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [origin = '', setting = ''] = [fields[at], fields[at + 1]]
    const line = setting.indexOf('\n')
    const [name, helper] = line < 0 ? [setting, ''] : [setting.slice(0, line), setting.slice(line + 1)]
    if (!isFor(name, host)) continue
    if (helper === '') others = []
    else if (helper !== ours) others.push({ helper, origin })
  }
  return others.map(
    ({ helper, origin }) =>
      `${nameOf(helper)} is asked for ${host}, too, and keeps what it is told. It is named in ${placeOf(origin)}; end that with “git config --unset-all”.`
  )
}

/** True for the setting of every host, and for that of this one. */
function isFor(name: string, host: string): boolean {
  const url = /^credential\.(.*)\.helper$/is.exec(name)?.[1]
  return url === undefined || url === `https://${host}` || url.startsWith(`https://${host}/`)
}

/** A helper that is text for a shell may hold anything. */
const nameOf = (helper: string): string =>
  /^[\w-]+$/.test(helper) ? `The helper “${helper}”` : 'Another helper'

const placeOf = (origin: string): string =>
  origin.includes('latchkey-git-') ? 'your own configuration' : shownPath(origin.replace(/^file:/, ''))
