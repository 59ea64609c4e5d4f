import type { ApprovalBridge } from '#shared/approval.ts'

declare global {
  interface Window {
    /** The preload sets it in the approval window only. */
    readonly approval: ApprovalBridge
  }
}
