import type { SignInNotice } from '#shared/broker/sign-in-requests.ts'
import type { SignInProgress } from '#shared/sign-in.ts'

type Notice = SignInNotice['signIn']

/** Reads what the vault tells of a sign-in; it has proved itself. Null: it is about something else. */
export function signInNotice(notice: unknown): Notice | null {
  const { signIn } = (notice ?? {}) as Partial<SignInNotice>
  return signIn ?? null
}

/** The lines that a person reads about a change of a sign-in; empty: there is nothing to say. */
export function linesOf({ progress, url }: Notice, opens: boolean): string {
  switch (progress.state.kind) {
    case 'waiting':
      return waitingLines(progress, url, opens)
    case 'redeeming':
      return 'The provider has answered. Fetching the tokens…\n'
    case 'other-account':
    case 'done':
    case 'failed':
      return ''
  }
}

function waitingLines({ name, surface, device }: SignInProgress, url: string | null, opens: boolean): string {
  if (device !== null) {
    if (url === null) return ''
    const whole = device.verificationUriComplete
    return `Sign in to ${name} on any device: open ${device.verificationUri} and type the code\n\n  ${device.userCode}\n\n${whole === null ? '' : `With the code in it: ${whole}\n`}${WAITING}`
  }
  if (surface === 'window') return `Sign in to ${name} in Latchkey’s window.\n${WAITING}`
  if (url === null) return ''
  const what = opens
    ? 'Your browser opens the page. If it does not, go to'
    : 'Open this page in a browser here'
  return `Sign in to ${name}. ${what}:\n\n  ${url}\n\n${WAITING}`
}

const WAITING = 'Waiting for you. Ctrl-C cancels.\n'
