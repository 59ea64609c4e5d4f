import type { Plant } from './plants.ts'

/** Secrets in one of our pages and in its messages. The search has to find all of them. */
export const pagePlants: readonly Plant[] = [
  {
    channel: 'output',
    place: 'console of a page',
    plant: ({ watched }, secret) => watched.vault.page.evaluate((text) => console.warn(text), secret)
  },
  {
    channel: 'ipc',
    place: 'to main',
    plant: ({ watched }, secret) => watched.vault.page.evaluate((id) => window.vault.copyAccount(id), secret)
  },
  {
    channel: 'dom',
    place: 'text',
    plant: ({ watched }, secret) => watched.vault.page.evaluate((text) => document.body.append(text), secret)
  },
  {
    channel: 'dom',
    place: 'a field',
    plant: ({ watched }, secret) =>
      watched.vault.page.evaluate((text) => {
        const field = document.createElement('input')
        document.body.append(field)
        field.value = text
      }, secret)
  },
  {
    channel: 'renderer heap',
    place: 'a closure',
    plant: ({ watched }, secret) =>
      watched.vault.page.evaluate((text) => addEventListener('planted', () => document.append(text)), secret)
  },
  {
    channel: 'renderer heap',
    place: 'a property',
    plant: ({ watched }, secret) =>
      watched.vault.page.evaluate((text) => void Object.assign(globalThis, { kept: [{ text }] }), secret)
  },
  {
    channel: 'errors',
    place: 'a page',
    plant: ({ watched }, secret) =>
      watched.vault.page.evaluate((text) => {
        setTimeout(() => {
          throw new Error(text)
        })
      }, secret)
  },
  ...(['localStorage', 'sessionStorage'] as const).map((place): Plant => ({
    channel: 'page storage',
    place,
    plant: ({ watched }, secret) =>
      watched.vault.page.evaluate(([name, text]) => window[name].setItem('planted', text), [
        place,
        secret
      ] as const)
  })),
  {
    channel: 'page storage',
    place: 'IndexedDB',
    plant: ({ watched }, secret) =>
      watched.vault.page.evaluate(
        (text) =>
          new Promise<void>((done) => {
            const opening = indexedDB.open('planted')
            opening.addEventListener('upgradeneeded', () => {
              opening.result.createObjectStore('store').put({ text }, 1)
            })
            opening.addEventListener('success', () => {
              opening.result.close()
              done()
            })
          }),
        secret
      )
  },
  {
    channel: 'network',
    place: 'page',
    plant: ({ watched }, secret) =>
      watched.vault.page.evaluate((text) => {
        const image = new Image()
        image.src = `planted.png?${text}`
        return new Promise<void>((done) => image.addEventListener('error', () => done()))
      }, secret)
  }
]
