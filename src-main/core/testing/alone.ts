import type { ProcessLock } from '../ports.ts'

/** The lock of a process that shares its home with nobody. */
export const alone: ProcessLock = { exclusive: (_key, task) => task() }
