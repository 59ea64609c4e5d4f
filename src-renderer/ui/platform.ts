/** True on macOS, whose keys have other names. */
export function isMac(): boolean {
  return navigator.userAgent.includes('Mac')
}
