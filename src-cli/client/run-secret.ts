/** The variable in which a program and all that it starts inherit the secret of their run. */
export const RUN_VARIABLE = 'LATCHKEY_RUN'

/** The run that this process belongs to, for a request. Nothing: it belongs to none, or the variable holds another thing. */
export function currentRun(): { readonly run?: string } {
  const secret = process.env[RUN_VARIABLE]
  return secret !== undefined && /^[0-9a-f]{64}$/.test(secret) ? { run: secret } : {}
}
