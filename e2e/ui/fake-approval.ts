import type { ApprovalBridge, ApprovalState } from '#shared/approval.ts'
import { toProblem, VaultError } from '#shared/problem.ts'

/** What stands in the place of the approval window's preload, and what a test does with it. */
export type FakeApproval = {
  readonly bridge: ApprovalBridge
  readonly control: {
    /** Each answer as `DIGEST denied` or `DIGEST DURATION path|host`, also those that were refused. */
    readonly answers: string[]
    /** Each height that the page asked for, in pixels. */
    readonly heights: number[]
    /** Asks something else, or nothing, as the shell does. */
    readonly set: (state: ApprovalState) => void
    /** Tells the page that its window moved. */
    readonly move: () => void
    /** The vault asks something else, and the page has not heard of it yet. */
    readonly setUnheard: (state: ApprovalState) => void
  }
}

/** Refuses, as the vault does, an answer with another digest than that of the question. */
export function fakeApproval(first: ApprovalState): FakeApproval {
  let current = first
  const answers: string[] = []
  const heights: number[] = []
  const changed = new Set<(state: ApprovalState) => void>()
  const moved = new Set<() => void>()
  const bridge: ApprovalBridge = {
    current: async () => ({ ok: true, value: structuredClone(current) }),
    answer: async ({ digest, answer }) => {
      const given =
        answer.kind === 'denied' ? 'denied' : `${answer.duration} ${answer.wholeHost ? 'host' : 'path'}`
      answers.push(`${digest} ${given}`)
      if (digest === current?.question.digest) return { ok: true, value: null }
      const message = 'This question is no longer asked.'
      return { ok: false, problem: toProblem(new VaultError('INVALID_REQUEST', { message })) }
    },
    fit: async (height) => {
      heights.push(height)
      return { ok: true, value: null }
    },
    onApprovalChanged: (listener) => {
      changed.add(listener)
      return () => changed.delete(listener)
    },
    onMoved: (listener) => {
      moved.add(listener)
      return () => moved.delete(listener)
    }
  }
  const setUnheard = (state: ApprovalState): void => void (current = state)
  const set = (state: ApprovalState): void => {
    setUnheard(state)
    for (const listener of changed) listener(structuredClone(state))
  }
  const move = (): void => {
    for (const listener of moved) listener()
  }
  return { bridge, control: { answers, heights, set, move, setUnheard } }
}
