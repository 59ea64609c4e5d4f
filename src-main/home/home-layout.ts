import { join } from 'node:path'

/** Paths of the files and folders below the home. */
export function homeLayout(home: string) {
  return {
    catalog: join(home, 'catalog.db'),
    /** What programs did with credentials, and what was refused. */
    audit: join(home, 'audit.db'),
    /** Rules that the person wrote; the file exists only if there are any. */
    policy: join(home, 'policy.yaml'),
    /** What `latchkey setup` noted of the tools that it changed. */
    setup: join(home, 'setup'),
    backups: join(home, 'backups'),
    sealed: join(home, 'sealed'),
    /** Encrypted files that were chosen as the store, not those that replace a keychain. */
    encrypted: join(home, 'encrypted'),
    keys: join(home, 'keys'),
    locks: join(home, 'locks'),
    /** What belongs to the process that has the home open: its lock, and its socket where the system has no place for it. */
    run: join(home, 'run'),
    recovery: join(home, 'recovery'),
    /** Provider rows that the person wrote; the file exists only if there are any. */
    providers: join(home, 'providers.json'),
    /** Journal of a move between stores; it exists only while a move is under way. */
    move: join(home, 'move.json'),
    /** Mark of the secret in the clipboard; it exists only while a secret is there. */
    clipboard: join(home, 'clipboard.json'),
    browser: join(home, 'browser')
  } as const
}
