import { useEffect, useRef, useState } from 'react'
import { useVault } from '../state/vault-context.tsx'
import { storesText } from '../text/stores-text.ts'
import { Button } from '../ui/button.tsx'
import { PassphraseField } from '../ui/passphrase-field.tsx'
import { SubmitForm } from '../ui/submit-form.tsx'
import styles from './stores.module.css'

/** The field for the passphrase of the encrypted files; it has the focus, and its error is below it. */
export function UnlockForm() {
  const { bridge, store } = useVault()
  const passphrase = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => passphrase.current?.focus(), [])

  function refuse(sentence: string): void {
    setError(sentence)
    passphrase.current?.select()
  }
  async function submit(): Promise<void> {
    // The event of the unlocked store may arrive before the answer and remove the field from the page.
    const field = passphrase.current
    if (busy || field === null) return
    if (field.value === '') return refuse(storesText.enterIt)
    setBusy(true)
    const result = await bridge.unlockVault({ passphrase: field.value })
    setBusy(false)
    if (!result.ok) return refuse(result.problem.message)
    field.value = ''
    store.patch({ lock: result.value })
  }
  return (
    <SubmitForm className={styles['unlock']} onSubmit={() => void submit()}>
      <PassphraseField
        label={storesText.passphrase}
        error={error}
        attach={passphrase}
        onChange={() => setError(null)}
      />
      <Button look="primary" type="submit" aria-disabled={busy}>
        {busy ? storesText.unlocking : storesText.unlock}
      </Button>
    </SubmitForm>
  )
}
