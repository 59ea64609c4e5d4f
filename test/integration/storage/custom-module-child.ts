/**
 * Loads a custom store in a process without the loader of a test runner: `node custom-module-child.ts
 * MODULE`.
 */
import { createCustomBackend } from '../../../src-main/storage/backends/custom-backend.ts'

const [module = ''] = process.argv.slice(2)
const told = await createCustomBackend({ module, options: null }).then(
  async (backend) => ({ keys: await backend.list() }),
  (error: Error) => ({ message: error.message })
)
process.stdout.write(JSON.stringify({ ...told, wasRun: Reflect.has(globalThis, 'wasRun') }))
