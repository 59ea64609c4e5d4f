import type { ApprovalBridge } from '#shared/approval.ts'
import type { VaultBridge } from '#shared/bridge.ts'
import type { ShownSecretBridge } from '#shared/secrets.ts'
import type { SignInStripBridge } from '#shared/sign-in-strip.ts'

declare global {
  interface Window {
    /** The preload sets it in the main window only. */
    readonly vault: VaultBridge
    /** The preload sets it in the sign-in window only. */
    readonly signIn: SignInStripBridge
    /** The preload sets it in the approval window only. */
    readonly approval: ApprovalBridge
    /** The preload sets it in the window that shows a secret only. */
    readonly shown: ShownSecretBridge
  }
}
