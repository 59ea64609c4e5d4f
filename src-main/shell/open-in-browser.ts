import { shell } from 'electron'
import { browserAddress } from './address-rules.ts'

/**
 * The only way out to the person's browser (Electron security checklist, item 15).
 * Throws PROVIDER_REFUSED for an address that `browserAddress` refuses.
 */
export async function openInBrowser(url: string, insecureLoopback: boolean): Promise<void> {
  await shell.openExternal(browserAddress(url, insecureLoopback))
}
