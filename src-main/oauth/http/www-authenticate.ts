const LONGEST_HEADER = 8192

/**
 * `auth-param` of RFC 9110 section 11.2: a token or a quoted text; addresses without quotes are common and
 * accepted.
 */
const parameter = /([\w!#$%&'*+.^`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))(?=[ \t]*(?:,|$))/y
const scheme = /([\w!#$%&'*+.^`|~-]+)(?=[ \t]|,|$)/y
const token68 = /[ \t]+[\w.~+/-]+=*(?=[ \t]*(?:,|$))/y
const between = /[ \t,]+/y

type Challenge = { readonly scheme: string; readonly parameters: Map<string, string> }

/**
 * Returns a parameter of the first Bearer challenge that has it (RFC 6750 section 3, RFC 9728 section 5.1);
 * null if there is none. The header is read by the grammar of RFC 9110 section 11.6.1, so a name inside a
 * quoted text or in another challenge does not count. The value comes from the server and is unchecked.
 */
export function challengeParameter(
  header: string | null,
  name: 'resource_metadata' | 'scope' | 'error'
): string | null {
  return challengeParameters(header, name)[0] ?? null
}

/** Returns the parameter of every Bearer challenge, in order. */
export function challengeParameters(header: string | null, name: string): string[] {
  if (header === null || header.length > LONGEST_HEADER) return []
  return challengesIn(header).flatMap((challenge) => {
    const value = challenge.scheme === 'bearer' ? challenge.parameters.get(name) : undefined
    return value === undefined ? [] : [value]
  })
}

/** Reads the challenges up to the first fault in the header; those before it count. */
function challengesIn(header: string): Challenge[] {
  const challenges: Challenge[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(header)
    at += found?.[0].length ?? 0
    return found
  }
  while (at < header.length) {
    take(between)
    const current = challenges.at(-1)
    const [, name, quoted, bare = ''] = (current && take(parameter)) ?? []
    if (current !== undefined && name !== undefined) {
      const key = name.toLowerCase()
      // A repeated name is not valid; the first one counts.
      if (!current.parameters.has(key))
        current.parameters.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? bare)
      continue
    }
    const [, word] = take(scheme) ?? []
    if (word === undefined) break
    challenges.push({ scheme: word.toLowerCase(), parameters: new Map() })
    take(token68)
  }
  return challenges
}
