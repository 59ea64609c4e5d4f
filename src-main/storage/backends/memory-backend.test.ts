import { createMemoryBackend } from './memory-backend.ts'
import { describeSecretBackend } from './secret-backend.contract.ts'

describeSecretBackend('The memory backend', async () => ({ backend: createMemoryBackend(), reopen: null }))
