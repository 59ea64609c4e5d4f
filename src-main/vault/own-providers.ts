import { type OwnProviders, readOwnProviders } from '../oauth/providers/own-providers.ts'
import { builtInProviders } from '../oauth/providers/providers.ts'
import { faultOfPath } from '../storage/files/owned-path.ts'
import { homeLayout } from '../home/home-layout.ts'

/** Reads the person's own provider rows in a home. Never throws. */
export function ownProvidersIn(home: string): OwnProviders {
  return readOwnProviders(homeLayout(home).providers, builtInProviders, faultOfPath)
}
