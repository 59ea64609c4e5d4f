import { useEffect, useRef, useState } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import { PasswordSide } from '../password/password-side.tsx'
import { usePasswordForm } from '../password/use-password-form.ts'
import { useReady } from '../state/vault-context.tsx'
import { addText } from '../text/add-text.ts'
import { passwordText } from '../text/password-text.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { AddForm } from './add-form.tsx'
import styles from './add.module.css'
import { Mark } from '../brand/mark.tsx'
import { Button } from '../ui/button.tsx'
import { Gallery } from './gallery.tsx'
import { ProviderPage } from './provider-page.tsx'
import page from './provider-page.module.css'
import { useStartSignIn } from './use-start-sign-in.ts'
import { useProviderForm } from './use-provider-form.ts'
import { WillSignIn } from './will-sign-in.tsx'

type TabProps = {
  /** Id of the provider that is chosen at first. Null: none is. */
  readonly first: string | null
} & Pick<Parameters<typeof Gallery>[0], 'onKey' | 'onCustom' | 'onSeveral'>

export function ProviderTab({ first, ...elsewhere }: TabProps) {
  const { credentials, providers } = useReady()
  const [chosen, setChosen] = useState<ProviderChoice | null>(
    providers.find(({ id, kind }) => id === first && kind !== 'api-key') ?? null
  )
  const form = useProviderForm(chosen)
  const password = usePasswordForm(null)
  const { start, problem, starting } = useStartSignIn()
  const [query, setQuery] = useState('')
  const [hasOtherClient, setOtherClient] = useState(false)
  const earlier = chosen === null ? null : signInAt(chosen.id, credentials.values())
  const reused = hasOtherClient ? null : earlier
  const isPassword = chosen?.kind === 'password'
  const refusal = isPassword ? password.problem : problem
  const busy = isPassword ? password.sending : starting

  const body = useRef<HTMLDivElement>(null)
  useFocusOfPage(body, `${chosen?.id ?? ''} ${reused?.id ?? ''}`, reused !== null)

  function choose(provider: ProviderChoice): void {
    setChosen(provider)
    setOtherClient(false)
    // The fields of another provider begin empty.
    form.noteSecret('')
    password.clear()
  }

  function submit(): void {
    if (isPassword) return void password.submit()
    if (reused !== null) {
      const scopes = [...form.scopes]
      return void start({ kind: 'another', credential: reused.id, account: null, scopes })
    }
    const request = form.read()
    if (request !== null) void start(request)
  }

  return (
    <AddForm
      main={
        <div ref={body}>
          {refusal !== null && <ProblemNote problem={refusal} />}
          {chosen === null ? (
            <Gallery
              choices={providers}
              query={query}
              onQuery={setQuery}
              setUp={new Set([...credentials.values()].filter(hasClient).map(({ service }) => service))}
              onChoose={choose}
              {...elsewhere}
            />
          ) : (
            <Top provider={chosen} onBack={() => setChosen(null)} />
          )}
          {chosen?.kind === 'oauth' && (
            <ProviderPage
              key={chosen.id}
              provider={chosen}
              form={form}
              reused={reused}
              onOtherClient={() => setOtherClient(true)}
              onToken={() => elsewhere.onKey(null, null)}
            />
          )}
          {isPassword && <PasswordSide key={chosen.id} provider={chosen} form={password} />}
        </div>
      }
      side={null}
      note={
        isPassword
          ? passwordText.lead
          : chosen?.kind === 'oauth' && (
              <Where
                provider={chosen}
                byCode={chosen.codeWithoutSecret && !form.hasSecret && reused === null}
              />
            )
      }
      go={submitText(isPassword, busy)}
      isOff={chosen === null || busy}
      onSubmit={submit}
    />
  )
}

/** A page that takes the place of another gets the focus: its first field, or the button that goes on without one. */
function useFocusOfPage(
  body: { readonly current: HTMLElement | null },
  page: string,
  isComplete: boolean
): void {
  const last = useRef(page)
  useEffect(() => {
    if (last.current === page) return
    last.current = page
    const wanted = isComplete ? '[type=submit]' : 'input:not([type=checkbox])'
    body.current?.closest('form')?.querySelector<HTMLElement>(wanted)?.focus()
  }, [body, page, isComplete])
}

/** Whose page it is, and the way back to the gallery. */
function Top({ provider, onBack }: { readonly provider: ProviderChoice; readonly onBack: () => void }) {
  const { host, id, kind, name } = provider
  return (
    <div className={page['top']}>
      <Mark service={id} name={name} size="big" />
      <div>
        <strong>{name}</strong>
        <div className={styles['faint']}>{kind === 'password' ? passwordText.surface : host}</div>
      </div>
      <Button onClick={onBack}>{addText.allServices}</Button>
    </div>
  )
}

const hasClient = ({ kind }: CredentialSummary): boolean => kind === 'oauth'

/** An entry of the service whose client a further account can share; null: there is none. */
function signInAt(service: string, credentials: Iterable<CredentialSummary>): CredentialSummary | null {
  return [...credentials].find((each) => each.service === service && hasClient(each)) ?? null
}

function submitText(isPassword: boolean, busy: boolean): string {
  if (isPassword) return busy ? passwordText.signingIn : passwordText.signIn
  return busy ? addText.starting : addText.continue
}

type WhereProps = {
  readonly provider: ProviderChoice
  readonly byCode: boolean
}

function Where({ provider, byCode }: WhereProps) {
  const { alwaysUseBrowser, browserFor } = useReady().preferences
  const browser = alwaysUseBrowser || browserFor.includes(provider.id)
  const usual = browser && provider.surface === 'window' ? 'browser' : provider.surface
  const surface = byCode ? 'device' : usual
  return <WillSignIn surface={surface} host={provider.host ?? provider.name} />
}
