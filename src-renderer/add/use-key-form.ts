import { useRef, useState } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import type { Problem } from '#shared/problem.ts'
import { useReady, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { keyText } from '../text/add-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import {
  checkKeyFields,
  freeAccount,
  type KeyErrors,
  type KeyFields,
  keyId,
  serviceIdOf,
  type KeyRequest,
  toKeyRequest,
  withRecognised
} from '../fields/key-form.ts'
import type { KeyInput } from '../fields/key-input.ts'

const noErrors: KeyErrors = { key: null, serviceName: null, account: null, day: null }

export type KeyForm = ReturnType<typeof useKeyForm>

/** The form of a key without the key itself, which is read from its field when it is sent. */
export function useKeyForm(replaced: CredentialSummary | null, first: string | null, input: KeyInput) {
  const { providers, credentials } = useReady()
  const keyProviders = providers.filter(({ kind }) => kind === 'api-key')
  const [fields, setFields] = useState(() =>
    firstFields(replaced, first, keyProviders, (id) => credentials.has(id))
  )
  const [errors, setErrors] = useState(noErrors)
  const [isAccountTyped, setAccountTyped] = useState(replaced !== null)
  const [asking, setAsking] = useState<KeyRequest | null>(null)
  const { send, sending, problem } = useSendKey(input)

  /** The account follows the service until the person types one. */
  function put(change: (before: KeyFields) => KeyFields, isTyped = isAccountTyped): void {
    setFields((before) => {
      const after = change(before)
      if (isTyped) return after
      const service = after.provider?.id ?? serviceIdOf(after.serviceName)
      return { ...after, account: freeAccount(service, (id) => credentials.has(id)) }
    })
  }
  /** An error goes when its field is changed. */
  function forgive(...names: readonly (keyof KeyErrors)[]): void {
    setErrors((before) => ({ ...before, ...Object.fromEntries(names.map((name) => [name, null])) }))
  }

  function submit(): void {
    const found = checkKeyFields(fields, input.read() === '', Date.now())
    setErrors(found)
    const wrong = (Object.keys(found) as (keyof KeyErrors)[]).find((name) => found[name] !== null)
    if (wrong !== undefined) return input.focus(wrong)
    const request = replaced === null ? toKeyRequest(fields) : sameIdentity(toKeyRequest(fields), replaced)
    if (replaced !== null) void send(request, true)
    else if (credentials.has(keyId(request))) setAsking(request)
    else void send(request, false)
  }

  return {
    fields,
    isAccountTyped,
    change: (part: Partial<KeyFields>) => {
      const isTyped = isAccountTyped || part.account !== undefined
      setAccountTyped(isTyped)
      put((before) => ({ ...before, ...part }), isTyped)
      forgive(...(Object.keys(part).filter((name) => name in noErrors) as (keyof KeyErrors)[]))
      if (part.provider !== undefined) forgive('serviceName')
    },
    recognise: (provider: ProviderChoice | null) => {
      put((before) => withRecognised(before, provider))
      forgive('key')
    },
    errors,
    keyProviders,
    submit,
    sending,
    problem,
    /** True while the question about an existing key of that name is open. */
    asking,
    stopAsking: () => setAsking(null),
    replace: () => {
      if (asking !== null) void send(asking, true)
    }
  }
}

/** Sends the key. Its field is cleared if the key was stored, and kept for a correction if it was refused. */
function useSendKey(input: KeyInput) {
  const { bridge } = useVault()
  const { update, commands } = useWindow()
  const tell = useTell()
  const [sending, setSending] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const busy = useRef(false)

  async function send(request: KeyRequest, replace: boolean): Promise<void> {
    if (busy.current) return
    busy.current = true
    setSending(true)
    setProblem(null)
    const result = await bridge.addApiKey({ ...request, key: input.read(), replace })
    busy.current = false
    setSending(false)
    if (!result.ok) return setProblem(result.problem)
    input.clear()
    commands.close()
    update((before) => withFocus({ ...before, selected: result.value.id }, 'list'))
    tell.done(replace ? keyText.replaced(request.name) : keyText.saved(request.name))
  }
  return { send, sending, problem }
}

function firstFields(
  replaced: CredentialSummary | null,
  first: string | null,
  providers: readonly ProviderChoice[],
  isTaken: (id: string) => boolean
): KeyFields {
  const provider = providers.find(({ id }) => id === (replaced?.service ?? first)) ?? null
  const chosenBy = provider === null && replaced === null ? null : 'person'
  if (replaced === null)
    return {
      provider,
      chosenBy,
      serviceName: '',
      account: freeAccount(provider?.id ?? null, isTaken),
      hosts: provider?.allowedHosts ?? [],
      day: ''
    }
  const { name: serviceName, account, allowedHosts: hosts } = replaced
  return { provider, chosenBy, serviceName, account, hosts, day: '' }
}

function sameIdentity(request: KeyRequest, { service, name, account }: CredentialSummary): KeyRequest {
  return { ...request, service, name, account }
}
