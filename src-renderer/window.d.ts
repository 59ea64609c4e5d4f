import type { VaultBridge } from '#shared/bridge.ts'
import type { SignInStripBridge } from '#shared/sign-in-strip.ts'

declare global {
  interface Window {
    /** The preload sets it in the main window only. */
    readonly vault: VaultBridge
    /** The preload sets it in the sign-in window only. */
    readonly signIn: SignInStripBridge
  }
}
