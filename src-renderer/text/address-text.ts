export function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address
}

/** Its path tells one server from another, its `https://` tells nothing. */
export function shortAddress(address: string): string {
  return address.replace(/^https:\/\//, '')
}
