import type { Result } from '#shared/problem.ts'
import type { Tell } from '../toasts/toaster.tsx'

/** Returns the value of a request; null if it failed, after the person was told the reason. */
export type Ask = <T>(request: Promise<Result<T>>) => Promise<T | null>

export function createAsk(tell: Tell): Ask {
  return async (request) => {
    const result = await request
    if (result.ok) return result.value
    tell.failed(result.problem)
    return null
  }
}
