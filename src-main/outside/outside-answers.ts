import type { DoctorReport } from '#shared/doctor.ts'
import { VaultError } from '#shared/problem.ts'
import type { AnswerOf, ArgumentsOf } from '#shared/socket-requests.ts'
import { type Config, readConfig } from '../config.ts'
import { shownNotes } from '../core/sign-in/sign-out-notes.ts'
import { homeLayout } from '../home/home-layout.ts'
import { readCatalogFile } from '../storage/doctor/doctor-catalog.ts'
import type { DoctorTask } from './doctor.ts'

type Answered =
  | 'viewStore'
  | 'viewCredentials'
  | 'listSignOuts'
  | 'forgetSignOuts'
  | 'runDoctor'
  | 'fixDoctor'
type Handlers = { readonly [Name in Answered]: (...args: ArgumentsOf<Name>) => Promise<AnswerOf<Name>> }

/**
 * Answers what can be seen of a home without opening it, in the place of a vault: of one that is not there yet, that
 * can not be written, or in which no vault starts. Creates nothing. The answers throw CREDENTIAL_UNREADABLE for a
 * catalog that can not be read, CONFIG_INVALID, and INVALID_REQUEST for every other request.
 */
export function outsideAnswers(version: string, config: Config = readConfig()) {
  const withDoctor = async (task: DoctorTask): Promise<DoctorReport> =>
    await (await import('./doctor.ts')).withDoctor(version, config, task)
  const handlers: Handlers = {
    viewStore: async () => await (await import('./store.ts')).storeSeen(config),
    viewCredentials: async (wish) => await (await import('./credentials.ts')).credentialsSeen(config, wish),
    listSignOuts: async () => await signOutsIn(config),
    forgetSignOuts: async (ids) => {
      const listed = await signOutsIn(config)
      if (!ids.every((id) => listed.some((note) => note.id === id))) return null
      throw refused('No vault can be opened in this data folder, so nothing was changed.')
    },
    runDoctor: (request) => withDoctor((doctor) => doctor.run(request)),
    fixDoctor: (request) => withDoctor((doctor) => doctor.fix(request))
  }
  return {
    stream: async (request: string, args: readonly unknown[]): Promise<{ value: unknown; body: null }> => {
      const all: Readonly<Record<string, (...args: never[]) => Promise<unknown>>> = handlers
      const handler = Object.hasOwn(all, request) ? all[request] : undefined
      if (handler === undefined)
        throw refused('This needs a vault, and none can be opened in this data folder.')
      return { value: await handler(...(args as never[])), body: null }
    },
    close: (): void => undefined
  }
}

async function signOutsIn({ home }: Config): Promise<AnswerOf<'listSignOuts'>> {
  const catalog = await readCatalogFile(homeLayout(home).catalog)
  return shownNotes({ list: () => catalog?.signOuts ?? [] })
}

function refused(message: string): VaultError {
  return new VaultError('INVALID_REQUEST', { message })
}
