import type { SignInProgress } from '#shared/sign-in.ts'
import type { OpenSignInSurface, SignInActions, SignInSurface, SignInView } from '../sign-in/surface-ports.ts'

type Opened = {
  readonly view: SignInView
  readonly actions: SignInActions
  readonly shown: SignInProgress[]
  focused: number
  movedToBrowser: number
  /** Addresses that the browser is to open after a move to a code. */
  readonly movedToDevice: string[]
  isClosed: boolean
}

/** Records what a person would have seen; the test presses its buttons through `actions`. */
export class FakeSurface implements SignInSurface {
  readonly opened: Opened[] = []

  open(view: SignInView, actions: SignInActions): OpenSignInSurface {
    const opened: Opened = {
      view,
      actions,
      shown: [],
      focused: 0,
      movedToBrowser: 0,
      movedToDevice: [],
      isClosed: false
    }
    this.opened.push(opened)
    return {
      update: (progress) => void opened.shown.push(progress),
      moveToBrowser: () => void (opened.movedToBrowser += 1),
      moveToDevice: (progress, url) => {
        opened.shown.push(progress)
        opened.movedToDevice.push(url)
      },
      focus: () => void (opened.focused += 1),
      // A real window also reports its closing as a person's cancel.
      close: () => {
        opened.isClosed = true
        actions.cancel()
      }
    }
  }

  get last(): Opened {
    const last = this.opened.at(-1)
    if (last === undefined) throw new Error('No surface was opened')
    return last
  }
}
