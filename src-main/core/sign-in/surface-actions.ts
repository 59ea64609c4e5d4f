import type { SignInAttempt } from './sign-in-attempt.ts'
import type { SignIns } from './sign-in-handlers.ts'
import type { SignInActions } from './surface-ports.ts'

type Ports = {
  readonly signIns: SignIns
  /** Null: it has ended. */
  readonly find: () => Pick<SignInAttempt, 'windowRefused' | 'notePage'> | null
  readonly writeClipboard: (text: string) => Promise<void>
}

/** What the surface of one attempt can do, to that attempt alone. */
export function surfaceActions(attempt: string, { signIns, find, writeClipboard }: Ports): SignInActions {
  return {
    cancel: () => signIns.cancel(attempt),
    continueInBrowser: () => signIns.continueInBrowser(attempt),
    windowRefused: () => find()?.windowRefused(),
    pageUnreachable: (isSo) => find()?.notePage(isSo),
    switchToCode: () => signIns.switchToCode(attempt),
    copyCode: async () => await writeClipboard(signIns.userCode(attempt)),
    answerOtherAccount: (answer) => signIns.answerOtherAccount(attempt, answer),
    submitRedirectUrl: (redirectUrl) => signIns.submitRedirectUrl(attempt, redirectUrl)
  }
}
