import type { MoveOrder } from '#shared/broker/terminal-requests.ts'
import type { StoreMove } from '#shared/stores.ts'
import type { StoreMoveService } from '../core/stores/store-move-service.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'

export type MoveAnswerPorts = {
  readonly moves: Pick<StoreMoveService, 'begin' | 'resume' | 'idle' | 'move'>
  /** Calls `listener` at each change of the move. Returns the function that ends that. */
  readonly onMove: (listener: (move: StoreMove | null) => void) => () => void
}

/** The answer to a terminal that moves everything; the window shows the move, too. */
export function moveAnswers({ moves, onMove }: MoveAnswerPorts) {
  return {
    carryOutMove: async (order: MoveOrder, { tell }: Pick<Caller, 'tell'>): Promise<SocketAnswer> => {
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
