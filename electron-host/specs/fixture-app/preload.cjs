const { contextBridge, ipcRenderer } = require('electron')

contextBridge.exposeInMainWorld('bridge', {
  echo: (value) => ipcRenderer.invoke('echo', value),
  invoke: (channel) => ipcRenderer.invoke(channel),
  say: (text) => ipcRenderer.send('say', text),
  onSaid: (listener) => {
    const forward = (_event, text) => listener(text)
    ipcRenderer.on('said', forward)
    return () => ipcRenderer.removeListener('said', forward)
  },
  now: { deep: { answer: 42 }, when: new Date(0), bytes: new Uint8Array([1, 2, 3]) },
  add: (a, b) => a + b,
  fail: () => {
    throw new TypeError('broken')
  },
  later: async (callback) => `${await callback('x')}!`,
  requires: (name) => {
    try {
      require(name)
      return 'yes'
    } catch (error) {
      return error.message
    }
  }
})
