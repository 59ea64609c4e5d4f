import * as v from 'valibot'

const url = v.pipe(v.string(), v.maxLength(8192))

/** What a person types or scans on any device (RFC 8628). How long it can be used stands in the state. */
export const deviceCode = v.strictObject({
  userCode: v.pipe(v.string(), v.minLength(1), v.maxLength(40)),
  verificationUri: url,
  /** The same with the code in it; null if the provider names none. */
  verificationUriComplete: v.nullable(url)
})
export type DeviceCode = v.InferOutput<typeof deviceCode>
