import type { Page } from '@playwright/test'
import type { SignInProgress } from '#shared/sign-in.ts'
import type { UiState } from './ui-states.ts'

const dialog = (page: Page) => page.getByRole('dialog')

type Told =
  | 'waiting'
  | 'redeeming'
  | 'denied'
  | 'busy'
  | 'unfit'
  | 'other'
  | 'forgotten'
  | 'refused'
  | 'again'

/** Returns a sign-in as the vault reports it: its surface and its state. */
export function signIn(surface: SignInProgress['surface'], told: Told) {
  return async (page: Page) => {
    await page.evaluate(
      ([surface, told]) => {
        const { seeds, vault } = globalThis.fakes
        const until = new Date(Date.now() + 272_000).toISOString()
        const waiting = { kind: 'waiting', until } as const
        const failed = (
          code: 'SIGN_IN_DENIED' | 'SIGN_IN_TIMED_OUT' | 'PROVIDER_REFUSED',
          canRetry = false
        ) => ({ kind: 'failed', problem: seeds.problem(code), canRetry }) as const
        const busy =
          'The provider sends people back to one port of this computer, which is in use. Port 8765 belongs to “jupyter-notebook” (process 40213). Free it, then try again.'
        const states = {
          waiting,
          forgotten: waiting,
          redeeming: { kind: 'redeeming' },
          denied: failed('SIGN_IN_DENIED', true),
          unfit: failed('PROVIDER_REFUSED'),
          again: failed('SIGN_IN_TIMED_OUT'),
          refused: failed('PROVIDER_REFUSED'),
          busy: { kind: 'failed', problem: { ...seeds.problem('PORT_BUSY'), message: busy }, canRetry: true },
          other: {
            kind: 'other-account',
            expected: 'ana@example.com',
            found: 'benedikta.with-a-long-name@a-department.example.org',
            until
          }
        } as const
        const address = 'https://accounts.google.com/device'
        const device = {
          userCode: 'WDJB-MJHT',
          verificationUri: address,
          verificationUriComplete: `${address}?user_code=WDJB-MJHT`
        }
        const again = { credential: vault.credentials()[7]?.id ?? '', mayRegister: told === 'forgotten' }
        vault.setSignIn({
          attempt: 'a',
          service: 'google',
          name: 'Google',
          host: 'accounts.google.com',
          surface,
          device: surface === 'device' ? device : null,
          offersCode: true,
          ...(['forgotten', 'refused', 'again'].includes(told) ? { again } : {}),
          state: states[told]
        })
      },
      [surface, told] as const
    )
    await dialog(page).waitFor()
  }
}

/** The sheet above the window during a sign-in, and its text at the end. */
export const signInStates: readonly UiState[] = [
  { name: 'sign-in-window', reach: signIn('window', 'waiting') },
  {
    name: 'sign-in-browser',
    reach: async (page) => {
      await signIn('browser', 'waiting')(page)
      await page.getByText('Browser didn’t return?').click()
    }
  },
  { name: 'sign-in-forgotten', reach: signIn('window', 'forgotten') },
  { name: 'sign-in-device', reach: signIn('device', 'waiting') },
  { name: 'sign-in-device-expired', reach: signIn('device', 'again') },
  { name: 'sign-in-redeeming', reach: signIn('window', 'redeeming') },
  { name: 'sign-in-other-account', reach: signIn('window', 'other') },
  { name: 'sign-in-failed', reach: signIn('window', 'denied') },
  { name: 'sign-in-refused', reach: signIn('window', 'refused') },
  { name: 'sign-in-unfit', reach: signIn('window', 'unfit') },
  { name: 'sign-in-port-busy', reach: signIn('browser', 'busy') }
]
