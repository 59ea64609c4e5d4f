import type { PowerMonitor } from 'electron'

/** Timers stand still while the machine sleeps: whoever schedules by the wall clock looks again on waking. */
export function onWake(powerMonitor: PowerMonitor, wake: () => void): void {
  powerMonitor.on('resume', wake)
  powerMonitor.on('unlock-screen', wake)
}
