import { utilityProcess } from 'electron'
import { helperOver } from './helper-over.ts'

/** A helper process of Electron's own: fuses switch `child_process.fork` of the packaged binary off. */
export function forkUtility(modulePath: string, serviceName: string, env: Record<string, string>) {
  return helperOver(utilityProcess.fork(modulePath, [], { serviceName, env, stdio: 'ignore' }))
}
