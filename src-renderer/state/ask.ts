import type { Result } from '#shared/problem.ts'
import type { Tell } from '../toasts/toaster.tsx'

/** What was asked for, or null once the person was told why there is none. */
export type Ask = <T>(request: Promise<Result<T>>) => Promise<T | null>

export function createAsk(tell: Tell): Ask {
  return async (request) => {
    const result = await request
    if (result.ok) return result.value
    tell.failed(result.problem)
    return null
  }
}
