import type { VaultBridge } from '#shared/bridge.ts'
import type { SignInStripBridge } from '#shared/sign-in-strip.ts'

declare global {
  interface Window {
    /** The preload puts it into the main window and nowhere else. */
    readonly vault: VaultBridge
    /** The preload puts it into the sign-in window and nowhere else. */
    readonly signIn: SignInStripBridge
  }
}
