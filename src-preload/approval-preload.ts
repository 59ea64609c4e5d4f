import { contextBridge, ipcRenderer } from 'electron'
import type { ApprovalBridge, ApprovalRequestName, ApprovalState } from '#shared/approval.ts'

const request = <Name extends ApprovalRequestName>(name: Name): ApprovalBridge[Name] =>
  ((...args: unknown[]) => ipcRenderer.invoke(`latchkey:approval:${name}`, ...args)) as ApprovalBridge[Name]

const approval: ApprovalBridge = {
  current: request('current'),
  answer: request('answer'),
  fit: request('fit'),
  onApprovalChanged: (listener: (state: ApprovalState) => void) => {
    const forward = (_event: unknown, state: ApprovalState): void => listener(state)
    ipcRenderer.on('latchkey:approval:approvalChanged', forward)
    return () => void ipcRenderer.removeListener('latchkey:approval:approvalChanged', forward)
  },
  onMoved: (listener: () => void) => {
    const forward = (): void => listener()
    ipcRenderer.on('latchkey:approval:moved', forward)
    return () => void ipcRenderer.removeListener('latchkey:approval:moved', forward)
  }
}

contextBridge.exposeInMainWorld('approval', approval)
