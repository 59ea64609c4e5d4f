// Why Chromium has no sandbox on a Linux machine, and the one command that gives it one.
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

export type SandboxFacts = {
  /** AppArmor lets only programs it knows make a user namespace, as Ubuntu has it since 23.10. */
  readonly restrictedByAppArmor: boolean
  /** The setuid helper beside the program; null where there is none. `ready`: owned by root, with mode 4755. */
  readonly helper: { readonly path: string; readonly ready: boolean } | null
  /** Some kernels of Debian have a switch of their own. */
  readonly switchedOff: boolean
}

export type Advice = { readonly why: string; readonly command: string }

/** What this system says about the sandbox of the program. */
export function sandboxFacts(executable: string): SandboxFacts {
  const path = join(dirname(executable), 'chrome-sandbox')
  const stats = statSync(path, { throwIfNoEntry: false })
  return {
    restrictedByAppArmor: kernelSetting('kernel/apparmor_restrict_unprivileged_userns') === '1',
    switchedOff: kernelSetting('kernel/unprivileged_userns_clone') === '0',
    helper: stats === undefined ? null : { path, ready: stats.uid === 0 && (stats.mode & 0o7777) === 0o4755 }
  }
}

/**
 * Why there is no sandbox and the command that sets one up, to be pasted once. An AppArmor profile comes first: it
 * names the path, so it outlives a new installation, and it gives no program the rights of root.
 */
export function sandboxAdvice(executable: string, facts: SandboxFacts): Advice {
  const { restrictedByAppArmor, helper, switchedOff } = facts
  if (restrictedByAppArmor)
    return {
      why: 'AppArmor lets only programs it knows make the user namespaces that the sandbox is built of',
      command: appArmorCommand(executable)
    }
  if (helper !== null && !helper.ready)
    return {
      why: `user namespaces are switched off, and ${helper.path} is not set up in their place`,
      command: `sudo chown root:root ${shellQuoted(helper.path)} && sudo chmod 4755 ${shellQuoted(helper.path)}`
    }
  const why = 'user namespaces, which the sandbox is built of, are switched off'
  if (helper === null && executable.startsWith('/usr/lib/chromium/'))
    return { why, command: 'sudo apt-get install chromium-sandbox' } // Debian has the helper in a package
  const name = switchedOff ? 'kernel.unprivileged_userns_clone=1' : 'user.max_user_namespaces=15000'
  return { why, command: `sudo sysctl -w ${name}` }
}

/** Writes a profile that allows user namespaces to this one path, and loads it. */
function appArmorCommand(executable: string): string {
  const name = `latchkey-${createHash('sha256').update(executable).digest('hex').slice(0, 8)}`
  const file = `/etc/apparmor.d/${name}`
  const lines = [
    'abi <abi/4.0>,',
    `profile ${name} ${appArmorQuoted(executable)} flags=(unconfined) {`,
    '  userns,',
    '}'
  ]
  const printed = lines.map(shellQuoted).join(' ')
  return `printf '%s\\n' ${printed} | sudo tee ${file} >/dev/null && sudo apparmor_parser -r ${file}`
}

/** One word for a POSIX shell. */
export function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** A path for an AppArmor profile (apparmor.d(5)): in quotes, and with what its patterns are made of taken literally. */
function appArmorQuoted(path: string): string {
  return `"${path.replaceAll(/[\\"*?[\]{}^,@]/g, String.raw`\$&`)}"`
}

function kernelSetting(name: string): string | null {
  try {
    return readFileSync(join('/proc/sys', name), 'utf8').trim()
  } catch {
    return null
  }
}
