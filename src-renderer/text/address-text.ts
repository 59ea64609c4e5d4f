export function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address
}

/** Drops `https://`, which is the same everywhere; keeps the path, which tells servers apart. */
export function shortAddress(address: string): string {
  return address.replace(/^https:\/\//, '')
}
