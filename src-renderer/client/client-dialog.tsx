import type { ClientFacts } from '#shared/client-change.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import { Mark } from '../brand/mark.tsx'
import { useReady, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { clientText } from '../text/client-text.ts'
import { commonText } from '../text/common-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogBody, DialogFooter, DialogFrame } from '../ui/dialog-frame.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { SubmitForm } from '../ui/submit-form.tsx'
import { ClientFieldRows } from './client-fields.tsx'
import { ClientRegistration } from './client-registration.tsx'
import styles from './client.module.css'
import { type ClientFields, useClientForm } from './use-client-form.ts'
import { useEffect, useState } from 'react'
import type { Result } from '#shared/problem.ts'

/** The dialog that changes the client ID or secret of a sign-in. */
export function ClientDialog({ id }: { readonly id: string }) {
  const credential = useReady().credentials.get(id)
  const { commands } = useWindow()
  const facts = useClientFacts(id)
  if (credential === undefined) return null
  return (
    <DialogFrame
      title={clientText.title(credential.name)}
      open
      onClose={commands.close}
      keepOnOutsidePress={facts?.ok === true}
      stage={facts === null ? 'reading' : 'read'}
    >
      {facts?.ok === true ? (
        <Form credential={credential} facts={facts.value} />
      ) : (
        <>
          <DialogBody>
            {facts === null ? <p>{clientText.loading}</p> : <ProblemNote problem={facts.problem} />}
          </DialogBody>
          <DialogFooter>
            <Button onClick={commands.close}>{commonText.close}</Button>
          </DialogFooter>
        </>
      )}
    </DialogFrame>
  )
}

/** For a client that the server registered itself, so that there is no ID to type. */
function RegisterHere({ form }: { readonly form: ClientFields }) {
  return (
    <div className={styles['anew']}>
      <p>{clientText.registerMeans}</p>
      <Button size="small" aria-disabled={form.saving} onClick={() => void form.registerAnew()}>
        {clientText.registerAnew}
      </Button>
    </div>
  )
}

type FormProps = { readonly credential: CredentialSummary; readonly facts: ClientFacts }

function Form({ credential, facts }: FormProps) {
  const { commands } = useWindow()
  const form = useClientForm(credential, facts)
  const { isChanged, isOther, problem, saving } = form
  const isIdle = isChanged && !saving
  return (
    <SubmitForm className={styles['form']} onSubmit={() => void form.save(isOther ? 'sign-in' : 'close')}>
      <DialogBody>
        <div className={styles['who']}>
          <Mark service={facts.service} name={facts.name} size="big" />
          <div>
            <strong>{facts.name}</strong>
            <div title={facts.issuer}>{facts.issuer}</div>
          </div>
        </div>
        <p>{clientText.lead}</p>
        {problem !== null && <ProblemNote problem={problem} />}
        {facts.mayRegister && <RegisterHere form={form} />}
        <ClientFieldRows facts={facts} form={form} />
        <ClientRegistration credential={credential} facts={facts} />
      </DialogBody>
      <DialogFooter>
        <Button onClick={commands.close}>{commonText.cancel}</Button>
        {isOther && (
          <Button aria-disabled={!isIdle} onClick={() => void form.save('close')}>
            {clientText.save}
          </Button>
        )}
        <Button type="submit" look="primary" disabled={!isIdle}>
          {saving ? clientText.saving : isOther ? clientText.saveAndSignIn : clientText.save}
        </Button>
      </DialogFooter>
    </SubmitForm>
  )
}

/** Reads the client of a sign-in once; null until the vault has answered. */
function useClientFacts(id: string): Result<ClientFacts> | null {
  const { bridge } = useVault()
  const [facts, setFacts] = useState<Result<ClientFacts> | null>(null)
  useEffect(() => {
    let isCurrent = true
    void bridge.getClient(id).then((result) => {
      if (isCurrent) setFacts(result)
    })
    return () => {
      isCurrent = false
    }
  }, [bridge, id])
  return facts
}
