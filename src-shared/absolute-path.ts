import * as v from 'valibot'

/** A path that means the same file in every process, whatever folder that was started in. */
export const absolutePath = v.pipe(v.string(), v.regex(/^(?:\/|[A-Za-z]:[\\/])/), v.maxLength(4096))
