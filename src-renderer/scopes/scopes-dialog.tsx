import { Minus, Plus } from 'lucide-react'
import { useState } from 'react'
import { parseScope } from '../fields/custom-form.ts'
import { useStartSignIn } from '../add/use-start-sign-in.ts'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { addText, customText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { scopesText } from '../text/scopes-text.ts'
import { Button } from '../ui/button.tsx'
import { ChipField } from '../ui/chip-field.tsx'
import { DialogBody, DialogFooter, DialogFrame } from '../ui/dialog-frame.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { isScopeTrouble } from '../status/fix.ts'
import { type ScopeChange, askedNow, isChange, scopeChange } from './scope-change.ts'
import styles from './scopes.module.css'

type DialogProps = {
  readonly id: string
  /** A scope that is asked for beside those of now. Null: none. */
  readonly also: string | null
}

/** Changes the scopes of an entry; shows the change before the provider's page opens. */
export function ScopesDialog({ id, also }: DialogProps) {
  const credential = useReady().credentials.get(id)
  const { commands } = useWindow()
  const { start, problem, starting } = useStartSignIn()
  const [before] = useState(() => credential?.scopes ?? [])
  const [scopes, setScopes] = useState(() => (credential === undefined ? [] : askedNow(credential, also)))
  if (credential === undefined) return null
  const change = scopeChange(before, scopes)
  const asksAgain = isScopeTrouble(credential.status)
  return (
    <DialogFrame
      title={scopesText.title(credential.name)}
      open
      onClose={commands.close}
      keepOnOutsidePress={isChange(change)}
    >
      <DialogBody>
        <p>{scopesText.lead}</p>
        <ChipField
          label={addText.scopes}
          hint={customText.scopesHint}
          placeholder={customText.scopeAdd}
          values={scopes}
          onChange={setScopes}
          parse={parseScope}
          wrong={() => customText.scopeWrong}
          removeLabel={scopesText.remove}
        />
        <Change change={change} same={asksAgain ? scopesText.sameAgain : scopesText.same} />
        {problem !== null && <ProblemNote problem={problem} />}
      </DialogBody>
      <DialogFooter>
        <Button onClick={commands.close}>{commonText.cancel}</Button>
        <Button
          look="primary"
          disabled={starting || !(isChange(change) || asksAgain)}
          onClick={() => void start({ kind: 'again', credential: id, scopes: [...scopes] })}
        >
          {scopesText.go}
        </Button>
      </DialogFooter>
    </DialogFrame>
  )
}

function Change({ change, same }: { readonly change: ScopeChange; readonly same: string }) {
  return (
    <div aria-live="polite" className={styles['change']}>
      {!isChange(change) && <p>{same}</p>}
      <Scopes title={scopesText.added} scopes={change.added} sign="added" />
      <Scopes title={scopesText.removed} scopes={change.removed} sign="removed" />
    </div>
  )
}

type ScopesProps = {
  readonly title: string
  readonly scopes: readonly string[]
  readonly sign: 'added' | 'removed'
}

function Scopes({ title, scopes, sign }: ScopesProps) {
  if (scopes.length === 0) return null
  const Icon = sign === 'added' ? Plus : Minus
  return (
    <section data-sign={sign}>
      <h3>{title}</h3>
      <ul aria-label={title}>
        {scopes.map((scope) => (
          <li key={scope}>
            <Icon size={14} strokeWidth={2} aria-hidden="true" />
            {scope}
          </li>
        ))}
      </ul>
    </section>
  )
}
