import type { CredentialSummary } from '#shared/credential.ts'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import { useVault } from '../state/vault-context.tsx'
import { addText } from '../text/add-text.ts'
import { Button } from '../ui/button.tsx'
import { CheckRow } from '../ui/check-row.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Field } from '../ui/field.tsx'
import hidden from '../ui/visually-hidden.module.css'
import styles from './add.module.css'
import page from './provider-page.module.css'
import type { ProviderForm } from './use-provider-form.ts'

type FormProps = { readonly provider: ProviderChoice; readonly form: ProviderForm }

type Props = FormProps & {
  /** The entry whose client is used again. Null: a client is typed. */
  readonly reused: CredentialSummary | null
  readonly onOtherClient: () => void
  readonly onToken: () => void
}

/** What a sign-in at a provider needs, step by step: a client of the person’s own, its ID, the scopes. */
export function ProviderPage({ provider, form, reused, onOtherClient, onToken }: Props) {
  const { scopes } = provider
  return (
    <div className={page['page']}>
      {reused === null ? (
        <ol className={page['steps']}>
          <CreateStep provider={provider} />
          <ClientStep provider={provider} form={form} />
          {scopes.length > 0 && (
            <li>
              <ScopeChoice scopes={scopes} form={form} />
            </li>
          )}
        </ol>
      ) : (
        <>
          <div>
            <p>{addText.sameClient(reused.account)}</p>
            <button type="button" className={styles['link']} onClick={onOtherClient}>
              {addText.otherClient}
            </button>
          </div>
          {scopes.length > 0 && <ScopeChoice scopes={scopes} form={form} />}
        </>
      )}
      <p className={styles['faint']}>
        {addText.haveToken}{' '}
        <button type="button" className={styles['link']} onClick={onToken}>
          {addText.pasteToken}
        </button>
      </p>
    </div>
  )
}

function CreateStep({ provider }: { readonly provider: ProviderChoice }) {
  const { id, name, hasHelp, registration } = provider
  const { bridge } = useVault()
  if (registration === null) return null
  const { steps, redirectUri } = registration
  return (
    <li>
      <h3>{addText.createStep(name)}</h3>
      {steps.length > 0 && (
        <ul className={page['how']}>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ul>
      )}
      <div className={page['redirect']}>
        <span>{addText.redirect}</span>
        <code>{redirectUri}</code>
        <CopyButton label={addText.copyRedirect} copy={() => bridge.copyRedirectUri(id)} />
      </div>
      {hasHelp && <Button onClick={() => void bridge.openHelp(id)}>{addText.help(name)}</Button>}
      {steps.length > 0 && <p className={page['source']}>{addText.guideSource}</p>}
    </li>
  )
}

function ClientStep({ provider, form }: FormProps) {
  const { needsClientSecret, codeWithoutSecret } = provider
  return (
    <li>
      <h3>{addText.clientStep}</h3>
      <Field label={addText.clientId} error={form.errors.clientId} mono>
        {(ids) => (
          <input
            {...ids}
            ref={form.clientId}
            type="text"
            autoComplete="off"
            spellCheck={false}
            onChange={form.forgive}
          />
        )}
      </Field>
      <Field
        label={addText.clientSecret}
        hint={codeWithoutSecret ? addText.clientSecretOrCode : undefined}
        optional={!needsClientSecret}
        error={form.errors.clientSecret}
        mono
      >
        {(ids) => (
          <input
            {...ids}
            ref={form.clientSecret}
            type="password"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => {
              form.noteSecret(event.target.value)
              form.forgive()
            }}
          />
        )}
      </Field>
    </li>
  )
}

type ScopeProps = { readonly scopes: ProviderChoice['scopes']; readonly form: ProviderForm }

/** Folded: the usual scopes are chosen already. */
function ScopeChoice({ scopes, form }: ScopeProps) {
  const chosen = scopes.filter(({ scope }) => form.scopes.has(scope))
  return (
    <details className={page['scopes']}>
      <summary>{addText.scopeStep(chosen.map(({ description }) => description))}</summary>
      <fieldset className={styles['group']}>
        <legend className={hidden['hidden']}>{addText.scopes}</legend>
        {scopes.map(({ scope, description }) => (
          <CheckRow
            key={scope}
            label={scope}
            sub={description}
            checked={form.scopes.has(scope)}
            onChange={(on) => form.setScope(scope, on)}
          />
        ))}
      </fieldset>
    </details>
  )
}
