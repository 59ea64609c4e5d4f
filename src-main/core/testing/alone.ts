import type { ProcessLock } from '../ports.ts'

/** A lock for the only process that uses its home. */
export const alone: ProcessLock = { exclusive: (_key, task) => task() }
