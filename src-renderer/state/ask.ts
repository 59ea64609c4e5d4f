import type { Result } from '#shared/problem.ts'
import type { Tell } from '../toasts/toaster.tsx'

/** Returns the value of a request; null if it failed, after the person was told the reason. `name`: of the service. */
export type Ask = <T extends object>(request: Promise<Result<T>>, name?: string) => Promise<T | null>

export function createAsk(tell: Tell): Ask {
  return async (request, name) => {
    const result = await request
    if (result.ok) return result.value
    tell.failed(result.problem, name === undefined ? {} : { name })
    return null
  }
}
