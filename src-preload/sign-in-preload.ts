import { contextBridge, ipcRenderer } from 'electron'
import type { SignInStripBridge, StripRequestName, StripState } from '#shared/sign-in-strip.ts'

const request = <Name extends StripRequestName>(name: Name): SignInStripBridge[Name] =>
  ((...args: unknown[]) => ipcRenderer.invoke(`latchkey:strip:${name}`, ...args)) as SignInStripBridge[Name]

const signIn: SignInStripBridge = {
  getState: request('getState'),
  cancel: request('cancel'),
  continueInBrowser: request('continueInBrowser'),
  switchToCode: request('switchToCode'),
  copyCode: request('copyCode'),
  answerOtherAccount: request('answerOtherAccount'),
  submitRedirectUrl: request('submitRedirectUrl'),
  onState: (listener: (state: StripState) => void) => {
    const forward = (_event: unknown, state: StripState): void => listener(state)
    ipcRenderer.on('latchkey:strip-state', forward)
    return () => void ipcRenderer.removeListener('latchkey:strip-state', forward)
  }
}

contextBridge.exposeInMainWorld('signIn', signIn)
