import { readdirSync, readFileSync } from 'node:fs'
import type { Evidence } from './evidence.ts'

const INTERVAL = 250

type Process = {
  readonly commandLine: Buffer
  readonly environment: Buffer | null
  readonly parent: string
}

/**
 * Reads the command line and the environment of every process of this computer, repeatedly until stopped. A
 * process that was started in the world of `folder` is called own.
 */
export function watchProcesses(
  evidence: Evidence,
  folder: string
): { readonly look: () => void; readonly stop: () => void } {
  const look = (): void => {
    const all = processes()
    for (const [pid, { commandLine, environment }] of all) {
      const where = `${isOwn(all, pid, folder) ? 'own' : 'other'} ${nameOf(commandLine)}`
      evidence.add('command lines', where, commandLine)
      if (environment !== null) evidence.add('environments', where, environment)
    }
  }
  const timer = setInterval(look, INTERVAL)
  return { look, stop: () => clearInterval(timer) }
}

/** Returns the number of processes of that world. */
export function countProcesses(folder: string): number {
  const all = processes()
  return [...all.keys()].filter((pid) => isOwn(all, pid, folder)).length
}

/**
 * Decides by the environment of the process or its parent, because Chromium's children overwrite theirs with
 * their command line.
 */
function isOwn(all: ReadonlyMap<string, Process>, pid: string, folder: string): boolean {
  const found = all.get(pid)
  if (found === undefined) return false
  return found.environment?.includes(folder) === true || isOwn(all, found.parent, folder)
}

function processes(): ReadonlyMap<string, Process> {
  const found = new Map<string, Process>()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const commandLine = contentOf(`/proc/${pid}/cmdline`)
    if (commandLine === null || commandLine.length === 0) continue // it is a thread of the kernel
    const parent = /\) \S (\d+)/.exec(String(contentOf(`/proc/${pid}/stat`)))?.[1] ?? ''
    found.set(pid, { commandLine, environment: contentOf(`/proc/${pid}/environ`), parent })
  }
  return found
}

/** Null: the process has ended meanwhile, or belongs to another user. */
function contentOf(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch {
    return null
  }
}

/**
 * Returns program and role, without any argument that could be a secret. Chromium's children write theirs
 * with spaces between them.
 */
function nameOf(commandLine: Buffer): string {
  const text = commandLine.toString()
  if (text.includes('keychain-helper.js')) return 'keychain helper'
  const program = text.split(/[\0 ]/)[0]?.split('/').at(-1) ?? ''
  return `${program} ${/--type=([\w-]+)/.exec(text)?.[1] ?? ''}`.trim()
}
