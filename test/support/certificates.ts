import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate and its private key, both in PEM. */
export type KeyPair = { readonly cert: string; readonly key: string }

type Wish = {
  /** Host name in the certificate. */
  readonly name: string
  /** Valid from now for that many days; a negative number: it has expired. */
  readonly days?: number
  /** `clientAuth`: it is not for servers. */
  readonly usage?: 'serverAuth' | 'clientAuth'
}

/** An authority of a test. `issue` makes a certificate that it has signed. */
export type Authority = KeyPair & { readonly issue: (wish: Wish) => KeyPair }

const CONFIG = '[req]\ndistinguished_name = dn\n[dn]\n'
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** Makes an authority that nobody trusts yet, with `openssl`. */
export function makeAuthority(name: string): Authority {
  return inFolder((folder) => {
    const extensions = [
      '-addext',
      'basicConstraints=critical,CA:TRUE',
      '-addext',
      'keyUsage=critical,keyCertSign'
    ]
    writeFileSync(join(folder, 'config'), CONFIG)
    openssl(folder, 'req -x509 -config config -keyout key -out cert -days 2', [
      ...NEW_KEY,
      '-subj',
      `/CN=${name}`,
      ...extensions
    ])
    const own = pairIn(folder)
    return { ...own, issue: (wish) => issue(own, wish) }
  })
}

function issue(authority: KeyPair, { name, days = 1, usage = 'serverAuth' }: Wish): KeyPair {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'config'), CONFIG)
    writeFileSync(join(folder, 'ca-cert'), authority.cert)
    writeFileSync(join(folder, 'ca-key'), authority.key)
    writeFileSync(
      join(folder, 'extensions'),
      `subjectAltName=DNS:${name}\nextendedKeyUsage=${usage}\nbasicConstraints=CA:FALSE\n`
    )
    openssl(folder, 'req -new -config config -keyout key -out request', [...NEW_KEY, '-subj', `/CN=${name}`])
    openssl(folder, 'x509 -req -in request -out cert -CA ca-cert -CAkey ca-key -extfile extensions', [
      '-days',
      String(days)
    ])
    return pairIn(folder)
  })
}

function openssl(folder: string, command: string, further: readonly string[]): void {
  execFileSync('openssl', [...command.split(' '), ...further], { cwd: folder, stdio: 'ignore' })
}

const pairIn = (folder: string): KeyPair => ({
  cert: readFileSync(join(folder, 'cert'), 'utf8'),
  key: readFileSync(join(folder, 'key'), 'utf8')
})

function inFolder<T>(task: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  try {
    return task(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
