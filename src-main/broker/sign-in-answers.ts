import type { SignInNotice, TerminalSignIn } from '#shared/broker/sign-in-requests.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import type { OtherAccountAnswer } from '#shared/other-account.ts'
import { VaultError } from '#shared/problem.ts'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { SignIns } from '../core/sign-in/sign-in-service-ports.ts'
import type { SignInPlace, SignInSurface } from '../core/sign-in/surface-ports.ts'
import type { Caller, SocketAnswer } from './socket-connection.ts'

export type SignInAnswerPorts = {
  readonly signIns: Pick<SignIns, 'start' | 'startWithPassword' | 'cancel' | 'answerOtherAccount'>
  /** The windows of the app, for a terminal that asks for one. */
  readonly windows: SignInSurface
  /** Calls `listener` at each change of a sign-in. Returns the function that ends that. */
  readonly onProgress: (listener: (progress: SignInProgress) => void) => () => void
  /** Returns the entry of an id as it is listed. Throws UNKNOWN_SERVICE. */
  readonly listed: (id: string) => CredentialSummary
}

type Asker = Pick<Caller, 'signal' | 'tell'>
type Question = { readonly attempt: string; readonly answer: OtherAccountAnswer }

/** The answers to a terminal that signs in. The window shows such a sign-in, too, and can cancel it. */
export function signInAnswers({ signIns, windows, onProgress, listed }: SignInAnswerPorts) {
  /** Attempts of terminals. */
  const open = new Set<string>()

  async function begin(wish: TerminalSignIn, tell: Tell): Promise<SignInProgress> {
    if (wish.kind === 'password') return await signIns.startWithPassword(wish.request)
    const { request, surface: kind, hasBrowser } = wish
    const surface = kind === 'window' ? windows : pageAt(tell)
    return await signIns.start(request, { surface, kind, hasBrowser } satisfies SignInPlace)
  }

  return {
    signIn: async (wish: TerminalSignIn, { signal, tell }: Asker): Promise<SocketAnswer> => {
      const tellPage: Tell = (progress, url) =>
        void tell({ signIn: { progress, url } } satisfies SignInNotice)
      const follow = followed(onProgress)
      const cancel = (): void => {
        if (follow.attempt !== null) signIns.cancel(follow.attempt)
      }
      signal.addEventListener('abort', cancel, { once: true })
      try {
        const first = await begin(wish, tellPage)
        open.add(first.attempt)
        const end = follow.endOf(first, (progress) => tellPage(progress, null))
        if (signal.aborted) cancel()
        return { value: listed(credentialOf(await end)) }
      } finally {
        signal.removeEventListener('abort', cancel)
        if (follow.attempt !== null) open.delete(follow.attempt)
        follow.stop()
      }
    },
    answerSignIn: async ({ attempt, answer }: Question): Promise<SocketAnswer> => {
      if (!open.has(attempt)) {
        throw new VaultError('INVALID_REQUEST', { message: 'This sign-in has ended.' })
      }
      signIns.answerOtherAccount(attempt, answer)
      return { value: null }
    }
  }
}

type Tell = (progress: SignInProgress, url: string | null) => void

/** The surface of a terminal: it is told the address of the page and shows it. */
function pageAt(tell: Tell): SignInSurface {
  return {
    open: ({ progress, url }) => {
      tell(progress, url)
      return {
        update: () => undefined,
        moveToBrowser: (moved) => tell(moved, url),
        moveToDevice: (moved, other) => tell(moved, other),
        focus: () => undefined,
        close: () => undefined
      }
    }
  }
}

/** Follows one attempt from before it begins. */
function followed(onProgress: SignInAnswerPorts['onProgress']) {
  let attempt: string | null = null
  let onChange: ((progress: SignInProgress) => void) | null = null
  const early: SignInProgress[] = []
  const stop = onProgress((progress) => {
    if (attempt === null) early.push(progress)
    else if (progress.attempt === attempt) onChange?.(progress)
  })
  return {
    get attempt() {
      return attempt
    },
    stop,
    /** Calls `tell` at each change of the attempt and resolves with its end. */
    endOf: (first: SignInProgress, tell: (progress: SignInProgress) => void): Promise<SignInProgress> =>
      new Promise((resolve) => {
        attempt = first.attempt
        onChange = (progress) => {
          tell(progress)
          if (isOver(progress)) resolve(progress)
        }
        const missed = early.filter((progress) => progress.attempt === attempt)
        for (const progress of missed.length === 0 ? [first] : missed) onChange(progress)
      })
  }
}

const isOver = ({ state }: SignInProgress): boolean => state.kind === 'done' || state.kind === 'failed'

/** The id of the entry that a sign-in brought. Throws the problem with which it failed. */
function credentialOf({ state }: SignInProgress): string {
  if (state.kind === 'done') return state.credential
  if (state.kind !== 'failed') throw new VaultError('INTERNAL')
  throw new VaultError(state.problem.code, { message: state.problem.message })
}
