/** True on macOS, whose keys have other names. */
export function isMac(): boolean {
  return navigator.userAgent.includes('Mac')
}

/** Marks the page of a Linux desktop, whose own face is another one on each and often has no medium weight. */
export function markPlatform(): void {
  if (navigator.userAgent.includes('Linux')) document.documentElement.dataset['platform'] = 'linux'
}
