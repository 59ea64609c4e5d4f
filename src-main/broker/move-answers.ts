import { ASKED_IN_WINDOW, type MoveOrder } from '#shared/broker/terminal-requests.ts'
import type { StoreMove, StoreTarget } from '#shared/stores.ts'
import type { TerminalQuestion, TerminalWish } from '../core/requests/terminal-question.ts'
import type { StoreMoveService } from '../core/stores/store-move-service.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'

export type MoveAnswerPorts = {
  /** Null: no window asks, and a move begins at once. */
  readonly question: Pick<TerminalQuestion, 'ask'> | null
  readonly moves: Pick<StoreMoveService, 'begin' | 'resume' | 'idle' | 'move'>
  /** Calls `listener` at each change of the move. Returns the function that ends that. */
  readonly onMove: (listener: (move: StoreMove | null) => void) => () => void
}

/** The answer to a terminal that moves everything; the window shows the move, too. */
export function moveAnswers({ question, moves, onMove }: MoveAnswerPorts) {
  return {
    carryOutMove: async (
      order: MoveOrder,
      { signal, tell }: Pick<Caller, 'signal' | 'tell'>
    ): Promise<SocketAnswer> => {
      // A move that was left goes to where the person has let it go.
      if (order.kind === 'to') {
        const onAsked = (): void => void tell(ASKED_IN_WINDOW)
        await question?.ask(wishOf(order.target), { stop: signal, onAsked })
      }
      const end = onMove((move) => void tell({ move }))
      try {
        await (order.kind === 'to' ? moves.begin(order.target) : moves.resume(order.passphrase))
        await moves.idle()
        return { value: moves.move }
      } finally {
        end()
      }
    }
  }
}

function wishOf(target: StoreTarget): TerminalWish {
  return { kind: 'move', to: target.type, path: target.type === 'sops' ? target.ageKeyFile : null }
}
