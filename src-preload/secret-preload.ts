import { contextBridge, ipcRenderer } from 'electron'
import type { ShownSecretBridge } from '#shared/secrets.ts'

const shown: ShownSecretBridge = {
  current: () => ipcRenderer.invoke('latchkey:secret:current') as ReturnType<ShownSecretBridge['current']>,
  close: () => ipcRenderer.invoke('latchkey:secret:close') as ReturnType<ShownSecretBridge['close']>
}

contextBridge.exposeInMainWorld('shown', shown)
