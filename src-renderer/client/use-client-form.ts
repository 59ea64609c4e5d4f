import { type RefObject, useRef, useState } from 'react'
import type { ClientFacts } from '#shared/client-change.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import type { Problem } from '#shared/problem.ts'
import { useStartSignIn } from '../add/use-start-sign-in.ts'
import { useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { isClientTrouble } from '../status/fix.ts'
import { clientText } from '../text/client-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import { isOtherClient, readClientForm } from './client-form.ts'

export type ClientFields = {
  readonly secret: RefObject<HTMLInputElement | null>
  readonly clientId: string
  readonly setClientId: (text: string) => void
  readonly removesSecret: boolean
  readonly setRemovesSecret: (on: boolean) => void
  readonly noteSecret: (text: string) => void
  readonly idError: string | null
  readonly problem: Problem | null
  readonly saving: boolean
  /** True if there is a change to save. */
  readonly isChanged: boolean
  readonly isOther: boolean
  readonly save: (then: 'close' | 'sign-in') => Promise<void>
  /** Has the server register a new client and signs in with it; the text of the form is not saved. */
  readonly registerAnew: () => Promise<void>
}

/** The client form of one sign-in. A typed secret stays in its field until it is sent. */
export function useClientForm(credential: CredentialSummary, facts: ClientFacts): ClientFields {
  const { bridge } = useVault()
  const { commands } = useWindow()
  const tell = useTell()
  const signIn = useStartSignIn()
  const secret = useRef<HTMLInputElement>(null)
  const [clientId, setClientId] = useState(facts.clientId)
  const [removesSecret, setRemovesSecret] = useState(false)
  const [hasSecret, setHasSecret] = useState(false)
  const [idError, setIdError] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [saving, setSaving] = useState(false)
  const isOther = isOtherClient(facts, clientId)

  async function save(then: 'close' | 'sign-in'): Promise<void> {
    const form = readClientForm(facts, { clientId, secret: secret.current?.value ?? '', removesSecret })
    setIdError(form.kind === 'wrong' ? form.clientId : null)
    if (form.kind !== 'change' || saving) return
    setSaving(true)
    const result = await bridge.changeClient({ credential: credential.id, ...form.change })
    setSaving(false)
    setProblem(result.ok ? null : result.problem)
    if (!result.ok) return
    if (secret.current !== null) secret.current.value = ''
    if (then === 'sign-in') return signIn.start({ kind: 'again', credential: credential.id })
    commands.close()
    tell.done(clientText.saved(credential.name), clientText.savedMeans(credential.name))
    // The failed refresh is retried with it at once; after a change of the client ID the person decides.
    if (isClientTrouble(credential.status) && credential.renewable && !isOther) {
      await commands.refresh(credential)
    }
  }

  return {
    secret,
    clientId,
    setClientId,
    removesSecret,
    setRemovesSecret,
    noteSecret: (text) => setHasSecret(text.trim() !== ''),
    idError,
    problem: problem ?? signIn.problem,
    saving: saving || signIn.starting,
    isChanged: clientId.trim() !== facts.clientId || removesSecret || hasSecret,
    isOther,
    save,
    registerAnew: () => signIn.start({ kind: 'again', credential: credential.id, newClient: true })
  }
}
