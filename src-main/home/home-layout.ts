import { join } from 'node:path'

/** Where things lie below the home. */
export function homeLayout(home: string) {
  return {
    catalog: join(home, 'catalog.db'),
    backups: join(home, 'backups'),
    sealed: join(home, 'sealed'),
    /** Encrypted files that are the store by choice, and not in place of a keychain. */
    encrypted: join(home, 'encrypted'),
    keys: join(home, 'keys'),
    locks: join(home, 'locks'),
    recovery: join(home, 'recovery'),
    /** Rows of providers that the person wrote; there is none unless they did. */
    providers: join(home, 'providers.json'),
    /** Journal of a move between stores; there is one only while a move is under way. */
    move: join(home, 'move.json'),
    /** A mark of the secret that lies in the clipboard; there is one only while one does. */
    clipboard: join(home, 'clipboard.json'),
    browser: join(home, 'browser')
  } as const
}
