import { useState } from 'react'
import type { ProviderChoice } from '#shared/ipc.ts'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { addText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogFooter } from '../ui/dialog-frame.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import styles from './add.module.css'
import { Gallery } from './gallery.tsx'
import { ProviderSide } from './provider-side.tsx'
import { useStartSignIn } from './use-start-sign-in.ts'
import { useProviderForm } from './use-provider-form.ts'

export function ProviderTab({ first }: { readonly first: string | null }) {
  const { providers, preferences } = useReady()
  const { commands } = useWindow()
  const choices = providers.filter(({ kind }) => kind === 'oauth')
  const [chosen, setChosen] = useState<ProviderChoice | null>(choices.find(({ id }) => id === first) ?? null)
  const form = useProviderForm(chosen)
  const { start, problem, starting } = useStartSignIn()

  function choose(provider: ProviderChoice): void {
    setChosen(provider)
    // The fields of another provider begin empty.
    form.noteSecret('')
  }

  function submit(): void {
    const request = form.read()
    if (request !== null) void start(request)
  }

  return (
    <form
      className={styles['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className={styles['cols']}>
        <div className={styles['main']}>
          {problem !== null && <ProblemNote problem={problem} />}
          <Gallery choices={choices} chosen={chosen} onChoose={choose} />
        </div>
        <div className={styles['side']}>
          {chosen === null ? (
            <p className={styles['faint']}>{addText.choose}</p>
          ) : (
            <ProviderSide key={chosen.id} provider={chosen} form={form} />
          )}
        </div>
      </div>
      <DialogFooter
        note={
          chosen !== null && (
            <Where
              provider={chosen}
              browser={preferences.alwaysUseBrowser || preferences.browserFor.includes(chosen.id)}
              byCode={chosen.codeWithoutSecret && !form.hasSecret}
            />
          )
        }
      >
        <Button onClick={commands.close}>{commonText.cancel}</Button>
        <Button type="submit" look="primary" aria-disabled={chosen === null || starting}>
          {starting ? addText.starting : addText.continue}
        </Button>
      </DialogFooter>
    </form>
  )
}

type WhereProps = {
  readonly provider: ProviderChoice
  readonly browser: boolean
  readonly byCode: boolean
}

function Where({ provider, browser, byCode }: WhereProps) {
  const usual = browser && provider.surface === 'window' ? 'browser' : provider.surface
  const surface = byCode ? 'device' : usual
  const [before, host, after] = addText.willSignIn[surface](provider.host ?? provider.name)
  return (
    <span>
      {before}
      <b className={styles['strong']}>{host}</b>
      {after}
    </span>
  )
}
