import { hostOf } from '../text/address-text.ts'
import type { StripState } from '#shared/sign-in-strip.ts'
import { signInText } from '../text/add-text.ts'
import { stripText } from '../text/device-text.ts'

export type OriginLine = {
  readonly tone: 'plain' | 'warn'
  readonly caption: string
  /** Only host and port: a scheme and a path make a wrong host harder to see. */
  readonly host: string
  readonly secure: boolean
}

/** Returns the real origin of the page in the window. A warning takes precedence over the provider's name. */
export function originLine({ progress, ...page }: StripState): OriginLine {
  const { origin, secure, expected, refused, unreachable } = page
  const host = origin === null ? progress.host : hostOf(origin)
  if (origin !== null && !expected) return { tone: 'warn', caption: signInText.stripUnexpected, host, secure }
  if (unreachable) return { tone: 'warn', caption: stripText.unreachable, host, secure }
  if (refused) return { tone: 'warn', caption: stripText.refused, host, secure }
  if (origin !== null && !secure) return { tone: 'warn', caption: signInText.stripInsecure, host, secure }
  const redeeming = progress.state.kind === 'redeeming'
  if (redeeming) return { tone: 'plain', caption: signInText.redeeming, host, secure }
  const caption = origin === null ? signInText.stripLoading : signInText.stripSigningIn(progress.name)
  return { tone: 'plain', caption, host, secure }
}
