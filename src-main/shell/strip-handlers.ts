import { VaultError } from '#shared/problem.ts'
import type { StripRequests, StripState } from '#shared/sign-in-strip.ts'
import type { SignInActions } from '../core/sign-in/surface-ports.ts'
import type { Handlers } from './ipc-server.ts'

/** What the buttons of one sign-in window do, all to the attempt it was opened for. */
export function stripHandlers(actions: SignInActions, state: () => StripState): Handlers<StripRequests> {
  return {
    getState: async () => state(),
    cancel: async () => {
      actions.cancel()
      return null
    },
    continueInBrowser: async () => {
      actions.continueInBrowser()
      return null
    },
    switchToCode: async () => {
      await actions.switchToCode()
      return null
    },
    copyCode: async () => {
      await actions.copyCode()
      return null
    },
    answerOtherAccount: async (answer) => {
      actions.answerOtherAccount(answer)
      return null
    },
    submitRedirectUrl: async (url) => {
      if (url.trim() === '') throw new VaultError('INVALID_REQUEST', { message: 'Paste the whole address.' })
      actions.submitRedirectUrl(url.trim())
      return null
    }
  }
}
