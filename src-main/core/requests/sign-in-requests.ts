import type { VaultRequestHandlers } from '#shared/bridge.ts'
import { reportOnMcp } from '../sign-in/mcp-plan.ts'
import type { CredentialRepository } from '../ports.ts'
import type { OAuthClient } from '../oauth-client.ts'
import type { SignIns } from '../sign-in/sign-in-service-ports.ts'

export type SignInRequestPorts = {
  readonly oauth: Pick<OAuthClient, 'discover' | 'findMcpServer'>
  readonly repository: Pick<CredentialRepository, 'list' | 'load'>
  readonly signIns: SignIns
  readonly writeClipboard: (text: string) => Promise<void>
}

/** The requests about sign-ins that begin or are under way. They throw as SignInService and discovery. */
export function signInHandlers({ oauth, repository, signIns, writeClipboard }: SignInRequestPorts) {
  return {
    discoverIssuer: (issuer) => oauth.discover(issuer),
    discoverMcpServer: (server) => reportOnMcp(server, { oauth, repository }),
    copyIssuerRedirect: async (issuer) => {
      const { redirectUri } = await oauth.discover(issuer)
      await writeClipboard(redirectUri)
      return null
    },
    startSignIn: (request) => signIns.start(request),
    signInWithPassword: (request) => signIns.startWithPassword(request),
    cancelSignIn: async (attempt) => {
      signIns.cancel(attempt)
      return null
    },
    retrySignIn: (attempt) => signIns.retry(attempt),
    dismissSignIn: async (attempt) => {
      signIns.dismiss(attempt)
      return null
    },
    continueInBrowser: async (attempt) => {
      signIns.continueInBrowser(attempt)
      return null
    },
    switchToCode: async (attempt) => {
      await signIns.switchToCode(attempt)
      return null
    },
    copyUserCode: async (attempt) => {
      await writeClipboard(signIns.userCode(attempt))
      return null
    },
    answerOtherAccount: async (attempt, answer) => {
      signIns.answerOtherAccount(attempt, answer)
      return null
    },
    submitRedirectUrl: async (attempt, url) => {
      signIns.submitRedirectUrl(attempt, url)
      return null
    }
  } satisfies Partial<VaultRequestHandlers>
}
