/** Names that no public server has: RFC 6761, RFC 6762, RFC 8375, and those that routers and companies use. */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|home\.arpa)$/

/** True for a host name, in lower case, of this computer or of a private network; a name without a dot is one. */
export function isPrivateName(hostname: string): boolean {
  return !hostname.includes('.') || PRIVATE_NAME.test(hostname)
}
