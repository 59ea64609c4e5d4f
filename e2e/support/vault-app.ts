import type { CredentialSummary } from '#shared/credential.ts'
import { unpack } from '#shared/packed-list.ts'
import type { ElectronApplication, Locator, Page } from '@playwright/test'
import type { OpenIdProvider } from '../../test/support/openid-provider.ts'

type Spy = {
  trays: { menu: Electron.Menu }[]
  opened: string[]
  copied: string[]
  authorizationUrls: string[]
  asked: string[]
  toolTip: string
}
declare const __e2e: Spy

/** The notes of `e2e/spy.cjs` in the main process. */
export const spy = {
  menu: (app: ElectronApplication): Promise<string[]> =>
    app.evaluate(() =>
      __e2e.trays.at(-1)!.menu.items.map((item) => (item.type === 'separator' ? '-' : item.label))
    ),
  click: (app: ElectronApplication, label: string): Promise<void> =>
    app.evaluate((_electron, wanted) => {
      __e2e.trays
        .at(-1)!
        .menu.items.find((item) => item.label === wanted)!
        .click()
    }, label),
  toolTip: (app: ElectronApplication): Promise<string> => app.evaluate(() => __e2e.toolTip),
  asked: (app: ElectronApplication): Promise<string[]> => app.evaluate(() => __e2e.asked),
  opened: (app: ElectronApplication): Promise<string[]> => app.evaluate(() => __e2e.opened),
  copied: (app: ElectronApplication): Promise<string[]> => app.evaluate(() => __e2e.copied)
}

/** The main window as a person uses it. */
export class VaultApp {
  readonly app: ElectronApplication
  readonly page: Page
  /** Provider pages that were returned already, so that a closing page is not returned as the next one. */
  readonly #given = new WeakSet<Page>()

  constructor(app: ElectronApplication, page: Page) {
    this.app = app
    this.page = page
  }

  row(text: string | RegExp): Locator {
    return this.page
      .getByRole('grid', { name: 'Credentials' })
      .locator('[data-row]')
      .filter({ hasText: text })
  }

  /** Selects a row by its name, because the middle of a row has its own buttons. */
  async select(name: string): Promise<void> {
    await this.row(name).getByText(name, { exact: true }).click()
  }

  /** Returns every credential, as the window has it. */
  async credentials(): Promise<CredentialSummary[]> {
    const list = await this.page.evaluate(() => window.vault.listCredentials())
    if (!list.ok) throw new Error(list.problem.code)
    return unpack(list.value.credentials)
  }

  /** Returns the keychain key of the one entry of that name. */
  async storageKey(name: string): Promise<string> {
    const found = (await this.credentials()).filter((entry) => entry.name === name)
    if (found.length !== 1) throw new Error(`${found.length} entries are named ${name}.`)
    return found[0]!.id
  }

  /** Returns the states of the sign-ins that the vault has. */
  async signIns(): Promise<string[]> {
    return await this.page.evaluate(async () => {
      const snapshot = await window.vault.getSnapshot()
      if (!snapshot.ok) throw new Error(snapshot.problem.code)
      return snapshot.value.signIns.map(({ state }) => state.kind)
    })
  }

  get detail(): Locator {
    return this.page.getByRole('main')
  }

  /** Fills the third tab of the add dialog, up to the press of Continue. */
  async fillCustomProvider(
    provider: Pick<OpenIdProvider, 'issuer' | 'clientId'>,
    name: string,
    scopes: readonly string[]
  ): Promise<void> {
    const dialog = await this.openAdd('Custom OpenID / OAuth')
    await dialog.getByRole('textbox', { name: 'Issuer URL' }).fill(provider.issuer)
    await dialog.getByRole('button', { name: 'Check server' }).click()
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
    await dialog.getByRole('textbox', { name: 'Client ID' }).fill(provider.clientId)
    for (const scope of scopes) await this.#addScope(dialog, scope)
  }

  /** Starts a sign-in at a provider by its issuer and returns the provider's page in the sign-in window. */
  async signInByIssuer(
    provider: Pick<OpenIdProvider, 'issuer' | 'clientId'>,
    name: string,
    scopes: readonly string[]
  ): Promise<Page> {
    await this.fillCustomProvider(provider, name, scopes)
    const opened = this.providerPage(provider.issuer)
    await this.page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
    return await opened
  }

  /** Returns the provider's page once it opens; each page is returned once. */
  async providerPage(issuer: string): Promise<Page> {
    const page = await this.#arrived((each) => !this.#given.has(each) && each.url().startsWith(issuer))
    this.#given.add(page)
    return page
  }

  async #arrived(isThere: (page: Page) => boolean): Promise<Page> {
    const known = this.app.windows().find(isThere)
    if (known !== undefined) return known
    return await new Promise<Page>((resolve) => {
      const look = (page: Page): void => {
        const check = (): void => {
          if (!isThere(page)) return
          page.off('framenavigated', check)
          resolve(page)
        }
        page.on('framenavigated', check)
        check()
      }
      this.app.on('window', look)
      this.app.windows().forEach(look)
    })
  }

  /** Returns our own strip of the newest sign-in window. */
  async strip(): Promise<Page> {
    for (;;) {
      const found = this.app.windows().findLast((page) => page.url().endsWith('/sign-in.html'))
      if (found !== undefined) return found
      await this.page.waitForTimeout(20)
    }
  }

  /** Returns the address for the provider's response: the listener of this attempt. */
  async redirectUri(providerPage: Page): Promise<string> {
    const opened = await this.app.evaluate(() => __e2e.authorizationUrls)
    const uri = new URL(opened.at(-1) ?? providerPage.url()).searchParams.get('redirect_uri')
    if (uri === null) throw new Error('No authorization URL was loaded.')
    return uri
  }

  async alwaysUseBrowser(): Promise<void> {
    await this.page.getByRole('button', { name: 'Settings' }).click()
    const dialog = this.page.getByRole('dialog', { name: 'Settings' })
    await dialog.getByRole('checkbox', { name: 'Always use my browser' }).click()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'hidden' })
  }

  /** Gives the consent to the weaker store, as a person does. */
  async allowEncryptedFiles(): Promise<void> {
    await this.page.getByRole('button', { name: 'Settings' }).click()
    const dialog = this.page.getByRole('dialog', { name: 'Settings' })
    await dialog.getByRole('checkbox', { name: 'Allow encrypted files' }).click()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'hidden' })
  }

  async openAdd(tab: string): Promise<Locator> {
    await this.page.getByRole('button', { name: 'Add', exact: true }).click()
    const dialog = this.page.getByRole('dialog', { name: 'Add a credential' })
    await dialog.getByRole('tab', { name: tab }).click()
    return dialog
  }

  async addApiKey(key: string, account: string): Promise<void> {
    const dialog = await this.openAdd('API key')
    await dialog.getByLabel('Key', { exact: true }).fill(key)
    await dialog.getByRole('textbox', { name: 'Account' }).fill(account)
    await dialog.getByRole('button', { name: 'Save key' }).click()
    await dialog.waitFor({ state: 'hidden' })
  }

  async #addScope(dialog: Locator, scope: string): Promise<void> {
    const offered = dialog.getByRole('button', { name: `Add ${scope}`, exact: true })
    if (await offered.isVisible()) return await offered.click()
    const chip = dialog.getByRole('button', { name: `Remove ${scope}`, exact: true })
    if (await chip.isVisible()) return
    const field = dialog.getByRole('textbox', { name: 'Scopes' })
    await field.fill(scope)
    await field.press('Enter')
  }
}

/** Signs in on the provider's own pages. */
export async function allowAt(page: Page, login: string): Promise<void> {
  await page.getByLabel('Login').fill(login)
  await page.getByLabel('Password').fill('correct horse')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Allow' }).click()
}
