import { describe, expect, it } from 'vitest'
import { serveEnvironment } from './serve-environment.ts'

/** What Latchkey sets for each vault. */
const own = { MALLOC_ARENA_MAX: '2' }

/** No system has made a folder for this user, so the session is that of the environment. */
const STRANGER = 4_000_000_123

const hostile = {
  NODE_OPTIONS: '--require /tmp/evil.cjs',
  NODE_EXTRA_CA_CERTS: '/tmp/evil.pem',
  NODE_TLS_REJECT_UNAUTHORIZED: '0',
  NODE_USE_ENV_PROXY: '1',
  NODE_PATH: '/tmp',
  NODE_DEBUG: 'net',
  NODE_V8_COVERAGE: '/tmp',
  NODE_REDIRECT_WARNINGS: '/tmp/evil',
  NODE_COMPILE_CACHE: '/tmp',
  HTTPS_PROXY: 'http://127.0.0.1:1',
  https_proxy: 'http://127.0.0.1:1',
  HTTP_PROXY: 'http://127.0.0.1:1',
  ALL_PROXY: 'http://127.0.0.1:1',
  NO_PROXY: '*',
  SSLKEYLOGFILE: '/tmp/keys',
  SSL_CERT_FILE: '/tmp/evil.pem',
  SSL_CERT_DIR: '/tmp',
  OPENSSL_CONF: '/tmp/evil.cnf',
  LD_PRELOAD: '/tmp/evil.so',
  LD_LIBRARY_PATH: '/tmp',
  LD_AUDIT: '/tmp/evil.so',
  DYLD_INSERT_LIBRARIES: '/tmp/evil.dylib',
  ELECTRON_RUN_AS_NODE: '1',
  RES_OPTIONS: 'ndots:9',
  HOSTALIASES: '/tmp/hosts',
  LOCALDOMAIN: 'evil.example',
  LATCHKEY_OPEN_TO_DEBUGGERS: '1',
  LATCHKEY_INSECURE_LOOPBACK_ISSUERS: '1',
  LATCHKEY_SIGN_IN_TIMEOUT_SECONDS: '1',
  LATCHKEY_NEW_SETTING: '1',
  GITHUB_TOKEN: 'ghp-0123456789'
}

describe('the environment of a vault that a program starts', () => {
  it('has nothing of what would give the starter a hold on it', () => {
    expect(serveEnvironment(hostile, STRANGER)).toEqual(own)
  })

  it('has the home, the store and the idle time, so that the vault is the one that was meant', () => {
    const wanted = {
      LATCHKEY_HOME: '/data/vault',
      LATCHKEY_STORE: 'file',
      LATCHKEY_SERVE_IDLE_SECONDS: '5',
      HOME: '/home/ana',
      PATH: '/usr/bin',
      XDG_DATA_HOME: '/data'
    }
    expect(serveEnvironment({ ...hostile, ...wanted }, STRANGER)).toEqual({ ...wanted, ...own })
  })

  it('has the session of the caller only where the system has none for the person', () => {
    const session = {
      XDG_RUNTIME_DIR: '/run/elsewhere',
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/elsewhere/bus'
    }
    expect(serveEnvironment(session, STRANGER)).toEqual({ ...session, ...own })
    expect(serveEnvironment(session, null)).toEqual({ ...session, ...own })
  })

  it('keeps an empty value and leaves a missing one out', () => {
    expect(serveEnvironment({ LANG: '', LC_ALL: undefined }, STRANGER)).toEqual({ LANG: '', ...own })
  })
})
