import { useEffect, useRef, useState } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { useNow, useReady } from '../state/vault-context.tsx'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import { keyText } from '../text/add-text.ts'
import { confirmText } from '../text/detail-text.ts'
import { relativeText } from '../time/time-text.ts'
import { ChipField } from '../ui/chip-field.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Field } from '../ui/field.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { AddForm } from './add-form.tsx'
import styles from './add.module.css'
import { takeHanded } from '../find/handed.ts'
import { KeyField } from '../fields/key-field.tsx'
import { endOfDay, type KeyFields, parseHost, serviceIdOf } from '../fields/key-form.ts'
import { otherFormOf, recognise } from '../find/recognise.ts'
import { ServiceField } from './service-field.tsx'
import { createKeyInput } from '../fields/key-input.ts'
import { type KeyForm, useKeyForm } from './use-key-form.ts'
import { Info } from 'lucide-react'
import { Mark } from '../brand/mark.tsx'
import { railText } from '../text/list-text.ts'

type TabProps = {
  /** Null: the key is a new one. */
  readonly replaced: CredentialSummary | null
  /** Id of the provider that is chosen at first. Null: none is. */
  readonly first: string | null
}

/** What the key looks like. `provider`: the service whose keys begin as this one; `other`: what else it may be. */
type KeyLook = {
  readonly provider: ProviderChoice | null
  readonly other: ReturnType<typeof otherFormOf>
}

export function KeyTab({ replaced, first }: TabProps) {
  const [input] = useState(createKeyInput)
  const form = useKeyForm(replaced, first, input)
  const [look, setLook] = useState<KeyLook>({ provider: null, other: null })

  function onKey(text: string): void {
    const provider = recognise(text, form.keyProviders)
    setLook({ provider, other: provider === null ? otherFormOf(text) : null })
    form.recognise(provider)
  }

  const taken = useRef(onKey)
  useEffect(() => {
    const key = takeHanded()
    if (key === null) return
    input.fill(key)
    taken.current(key)
  }, [input])

  return (
    <>
      <AddForm
        main={
          <div className={styles['fields']}>
            {form.problem !== null && <ProblemNote problem={form.problem} />}
            <KeyField attach={input.attach} error={form.errors.key} onText={onKey} />
            {replaced === null && <Identity form={form} />}
            <ChipField
              label={keyText.hosts}
              hint={keyText.hostsHint}
              placeholder={keyText.hostAdd}
              values={form.fields.hosts}
              onChange={(hosts) => form.change({ hosts })}
              parse={parseHost}
              wrong={keyText.hostWrong}
              removeLabel={keyText.removeHost}
            />
            <ExpiryField form={form} />
          </div>
        }
        side={<KeySide fields={form.fields} look={look} />}
        go={form.sending ? keyText.saving : keyText.save}
        isOff={form.sending}
        onSubmit={form.submit}
      />
      <ReplaceQuestion form={form} />
    </>
  )
}

function Identity({ form }: { readonly form: KeyForm }) {
  const { fields, change, errors, keyProviders } = form
  return (
    <>
      <ServiceField
        providers={keyProviders}
        provider={fields.provider}
        onChange={(provider) => change({ provider, hosts: provider?.allowedHosts ?? [], chosenBy: 'person' })}
      />
      {fields.provider === null && (
        <Field label={keyText.serviceName} error={errors.serviceName}>
          {(ids) => (
            <input
              {...ids}
              data-field="serviceName"
              value={fields.serviceName}
              autoComplete="off"
              onChange={(event) => change({ serviceName: event.target.value, chosenBy: 'person' })}
            />
          )}
        </Field>
      )}
      <Field label={keyText.account} error={errors.account}>
        {(ids) => (
          <input
            {...ids}
            data-field="account"
            value={fields.account}
            autoComplete="off"
            onFocus={(event) => {
              if (!form.isAccountTyped) event.target.select()
            }}
            onChange={(event) => change({ account: event.target.value })}
          />
        )}
      </Field>
    </>
  )
}

function ExpiryField({ form }: { readonly form: KeyForm }) {
  const { fields, change, errors } = form
  const now = useNow()
  const end = endOfDay(fields.day)
  return (
    <Field
      label={keyText.expires}
      optional
      error={errors.day}
      after={end !== null && <span className={styles['faint']}>{relativeText(Date.parse(end), now)}</span>}
    >
      {(ids) => (
        <input
          {...ids}
          type="date"
          data-field="day"
          value={fields.day}
          onChange={(event) => change({ day: event.target.value })}
        />
      )}
    </Field>
  )
}

function ReplaceQuestion({ form }: { readonly form: KeyForm }) {
  const { asking } = form
  const ask = asking && {
    title: confirmText.replaceTitle(asking.name, asking.account),
    body: confirmText.replaceBody,
    action: confirmText.replace,
    run: form.replace
  }
  return <ConfirmDialog ask={ask} onClose={form.stopAsking} />
}

type Props = { readonly fields: KeyFields; readonly look: KeyLook }

/** Shows how Latchkey understands the form so far. */
function KeySide({ fields, look }: Props) {
  const { storage } = useReady()
  const name = fields.provider?.name ?? fields.serviceName.trim()
  const service = fields.provider?.id ?? serviceIdOf(fields.serviceName) ?? ''
  const keptIn = storage.backend === null ? railText.storage.unavailable() : storage.label
  return (
    <>
      <div className={styles['who']}>
        <Mark service={service} name={name} size="big" />
        <div>
          <strong>{name === '' ? keyText.newKey : name}</strong>
          <div className={styles['faint']}>{fields.account}</div>
        </div>
      </div>
      <output className={styles['note']}>
        <Info size={16} aria-hidden="true" />
        <span>{lookText(fields, look)}</span>
      </output>
      <dl className={styles['facts']}>
        <dt>{keyText.keptIn}</dt>
        <dd>{keptIn}</dd>
        <dt>{keyText.renewal}</dt>
        <dd>{fields.day === '' ? keyText.noRenewalNever : keyText.noRenewal}</dd>
      </dl>
    </>
  )
}

function lookText({ chosenBy, provider }: KeyFields, look: KeyLook): string {
  if (look.other !== null) return keyText.otherForms[look.other]
  if (look.provider === null) return keyText.notRecognised
  const isOther = chosenBy === 'person' && provider?.id !== look.provider.id
  return isOther ? keyText.recognisedOther(look.provider.name) : keyText.recognised(look.provider.name)
}
