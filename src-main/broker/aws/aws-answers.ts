import { AWS_SERVICE } from '#shared/aws-forms.ts'
import type { AwsKeysRequest, AwsSessionRequest } from '#shared/broker/aws.ts'
import { awsKeysFrom } from '../../core/aws/aws-keys.ts'
import type { AwsSessions } from '../../core/aws/aws-sessions.ts'
import type { CredentialFeed } from '../../core/list/credential-feed.ts'
import type { Clock, CredentialRepository } from '../../core/ports.ts'
import { listed } from '../../core/requests/known-credential.ts'
import type { TokenService } from '../../core/tokens/token-service.ts'
import type { Caller, SocketAnswer } from '../socket-connection.ts'

export type AwsAnswerPorts = {
  readonly clock: Pick<Clock, 'now'>
  readonly feed: Pick<CredentialFeed, 'summary'>
  readonly repository: Pick<CredentialRepository, 'save'>
  readonly sessions: Pick<AwsSessions, 'open'>
  readonly tokens: Pick<TokenService, 'current' | 'exclusively'>
}

/** The answers to the person's terminal about access keys of AWS. */
export function awsAnswers({ clock, feed, repository, sessions, tokens }: AwsAnswerPorts) {
  return {
    saveAwsKeys: async (request: AwsKeysRequest): Promise<SocketAnswer> => {
      const ref = { service: AWS_SERVICE, account: request.account }
      await tokens.exclusively(ref, async () => {
        await repository.save(awsKeysFrom(request, await tokens.current(ref), clock.now()))
      })
      return { value: listed(feed, ref) }
    },
    openAwsSession: async (
      { account, code }: AwsSessionRequest,
      { signal }: Pick<Caller, 'signal'>
    ): Promise<SocketAnswer> => {
      const state = await sessions.open({ service: AWS_SERVICE, account }, code, signal)
      return { value: state.kind === 'open' ? { ...state, until: state.until.toISOString() } : state }
    }
  }
}
