import { fakeVault, type FakeVault } from '../../test/fakes/fake-vault.ts'
import type { ApprovalState } from '#shared/approval.ts'
import type { ShownSecret, ShownSecretBridge } from '#shared/secrets.ts'
import type { StripState, SignInStripBridge } from '#shared/sign-in-strip.ts'
import { type FakeApproval, fakeApproval } from './fake-approval.ts'
import * as seeds from './seeds.ts'

/** Runs in the page, before the page's own script: puts the fakes in the place of the preload's bridges. */
type Options = {
  readonly seed: seeds.SeedName
  readonly delay?: number
  readonly preferences?: Partial<typeof seeds.preferences>
}

export type PageFakes = {
  readonly vault: FakeVault
  readonly strip: { readonly calls: string[]; readonly set: (state: StripState) => void }
  readonly approval: FakeApproval['control']
  readonly shown: { readonly closes: () => number }
  readonly seeds: typeof seeds
  readonly violations: string[]
}

declare global {
  var fakes: PageFakes
  var fakeOptions: Options
  var fakeStripState: StripState | undefined
  var fakeApprovalState: ApprovalState | undefined
  var fakeShownSecret: ShownSecret | undefined
}

const options: Options = globalThis.fakeOptions
const first = seeds.seed(options.seed, Date.now())
const preferences = { ...first.preferences, ...options.preferences }
const vault = fakeVault({ ...first, preferences, delay: options.delay ?? 0 })
const violations: string[] = []
document.addEventListener('securitypolicyviolation', (event) => {
  violations.push(
    `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`
  )
})

const strip = createFakeStrip(globalThis.fakeStripState)
const shown = fakeShown(globalThis.fakeShownSecret ?? null)
const approval = fakeApproval(globalThis.fakeApprovalState ?? null)
Object.assign(globalThis, {
  fakes: {
    vault,
    strip: strip.control,
    approval: approval.control,
    shown: shown.control,
    seeds,
    violations
  } satisfies PageFakes,
  vault: vault.bridge,
  signIn: strip.bridge,
  approval: approval.bridge,
  shown: shown.bridge
})

function fakeShown(secret: ShownSecret | null) {
  let closes = 0
  const bridge: ShownSecretBridge = {
    current: async () => ({ ok: true, value: secret }),
    close: async () => {
      closes += 1
      return { ok: true, value: null }
    }
  }
  return { bridge, control: { closes: () => closes } }
}

function createFakeStrip(state: StripState | undefined) {
  let current = state
  const calls: string[] = []
  const listeners = new Set<(state: StripState) => void>()
  const answer = async (call: string) => {
    calls.push(call)
    return { ok: true, value: null } as const
  }
  const bridge: SignInStripBridge = {
    getState: async () =>
      current === undefined
        ? { ok: false, problem: seeds.problem('INTERNAL') }
        : { ok: true, value: structuredClone(current) },
    cancel: () => answer('cancel'),
    continueInBrowser: () => answer('continueInBrowser'),
    switchToCode: () => answer('switchToCode'),
    copyCode: () => answer('copyCode'),
    answerOtherAccount: (choice) => answer(`answerOtherAccount ${choice}`),
    submitRedirectUrl: (url) => answer(`submitRedirectUrl ${url}`),
    onState: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
  function set(next: StripState): void {
    current = next
    for (const listener of listeners) listener(structuredClone(next))
  }
  return { bridge, control: { calls, set } }
}
