const LONGEST_HEADER = 8192

/**
 * One parameter of a Bearer challenge (RFC 6750 section 3, RFC 9728 section 5.1); null if it is not there. The value is
 * the server's and unchecked.
 */
export function challengeParameter(
  header: string | null,
  name: 'resource_metadata' | 'scope' | 'error'
): string | null {
  if (header === null || header.length > LONGEST_HEADER || !/\bbearer\b/i.test(header)) return null
  const pattern = new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(?:"([^"\\\\]*)"|([^\\s,"]+))`, 'i')
  const found = pattern.exec(header)
  return found?.[1] ?? found?.[2] ?? null
}
