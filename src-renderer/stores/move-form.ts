import type { StoreTarget } from '#shared/stores.ts'
import { storesText } from '../text/stores-text.ts'

export type StoreChoice = keyof typeof storesText.choices

/** The typed values; read when the form is sent and not kept elsewhere. */
export type MoveInput = {
  readonly passphrase: string
  readonly again: string
  readonly keyFile: string
  readonly agreed: boolean
}
export type MoveErrors = Readonly<Partial<Record<keyof MoveInput, string>>>

const SHORTEST = 12
const LONGEST = 1024
const absolute = /^(?:\/|[A-Za-z]:[\\/])/

export const typeOf: Readonly<Record<StoreChoice, StoreTarget['type']>> = {
  keychain: 'keychain',
  passphrase: 'encrypted-file',
  machine: 'encrypted-file',
  sops: 'sops'
}

/** Returns the requested store, or the error of each field. */
export function targetOf(
  choice: StoreChoice,
  input: MoveInput
): StoreTarget | { readonly errors: MoveErrors } {
  switch (choice) {
    case 'keychain':
      return { type: 'keychain' }
    case 'passphrase':
      return passphraseErrors(input) ?? { type: 'encrypted-file', passphrase: input.passphrase }
    case 'machine':
      if (!input.agreed) return { errors: { agreed: storesText.agreeFirst } }
      return { type: 'encrypted-file', passphrase: null }
    case 'sops': {
      const ageKeyFile = input.keyFile.trim()
      if (!absolute.test(ageKeyFile)) return { errors: { keyFile: storesText.notAbsolute } }
      return { type: 'sops', ageKeyFile }
    }
  }
}

function passphraseErrors({ passphrase, again }: MoveInput): { readonly errors: MoveErrors } | null {
  if (passphrase.length < SHORTEST) return { errors: { passphrase: storesText.tooShort } }
  if (passphrase.length > LONGEST) return { errors: { passphrase: storesText.tooLong } }
  return passphrase === again ? null : { errors: { again: storesText.differs } }
}
