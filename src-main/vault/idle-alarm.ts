type Idle = {
  /** True: something is under way for which nobody waits any more. */
  readonly isBusy: () => boolean
  readonly ring: () => void
}

/**
 * Rings after `ms` milliseconds without a connection and without work. Takes the number of open connections. The
 * open socket keeps the process alive, so that a vault that has closed it does not wait for the alarm.
 */
export function idleAlarm(ms: number, { isBusy, ring }: Idle): (count: number) => void {
  const wait = (): NodeJS.Timeout =>
    setTimeout(() => {
      if (isBusy()) timer = wait()
      else ring()
    }, ms).unref()
  let timer = wait()
  return (count) => {
    clearTimeout(timer)
    if (count === 0) timer = wait()
  }
}
