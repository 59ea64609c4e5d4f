import type { ApprovalPorts, WantedApproval } from './approval.ts'
import { GivenApprovals } from './given-approvals.ts'
import { Questions } from './questions.ts'

/** What clients may do: the questions that wait for the person, and what the person has allowed. */
export class Approvals {
  readonly questions: Questions
  readonly given: GivenApprovals

  constructor(ports: ApprovalPorts) {
    this.given = new GivenApprovals(ports)
    this.questions = new Questions({
      ...ports,
      onAnswered: (question, answer) => {
        if (answer.kind === 'allowed') this.given.remember(question, answer)
      }
    })
  }

  /** Ends every approval and question of a client; returns how many approvals ended. */
  revokeClient(client: string): number {
    return this.#endWhere((wanted) => wanted.client === client)
  }

  /** The same for a credential that was removed or signed out. */
  revokeCredential(credential: string): number {
    return this.#endWhere((wanted) => wanted.credential === credential)
  }

  #endWhere(isMeant: (wanted: Pick<WantedApproval, 'client' | 'credential'>) => boolean): number {
    this.questions.withdrawWhere(isMeant)
    return this.given.endWhere(isMeant)
  }
}
