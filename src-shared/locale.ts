/** Words and dates are in one language: German dates beside English words would confuse the reader. */
export const locale = 'en-GB'
