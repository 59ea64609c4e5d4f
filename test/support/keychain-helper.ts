// The helper process of the keychain, as tests start it from the sources some hundred times. Its environment names no
// compile cache, because whoever could name one would choose what runs there; the tests' own is named here.
import { enableCompileCache, flushCompileCache } from 'node:module'
import { resolve } from 'node:path'

enableCompileCache(resolve(import.meta.dirname, '../../node_modules/.cache/compiled'))
await import('../../src-main/storage/keychain/keychain-helper.ts')
flushCompileCache() // it ends by a signal, which writes nothing
