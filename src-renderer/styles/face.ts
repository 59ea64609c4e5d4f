import '@fontsource-variable/inter/wght.css'

/** Marks the page of a Linux desktop, whose own face is another one on each and often has no medium weight. */
export function markPlatform(): void {
  if (navigator.userAgent.includes('Linux')) document.documentElement.dataset['platform'] = 'linux'
}
