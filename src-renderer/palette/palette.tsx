import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { Search } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { titleOf } from '#shared/entry-labels.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import { statusWord } from '#shared/status.ts'
import { Mark } from '../brand/mark.tsx'
import { rankedCredentials } from '../state/rank.ts'
import { credentialActions, useActionPorts } from '../state/credential-actions.ts'
import { noSearch } from '../state/search.ts'
import { useNow, useReady } from '../state/vault-context.tsx'
import { allView } from '../state/view.ts'
import { useWindow } from '../state/window-context.tsx'
import { withFocus } from '../state/window-state.ts'
import { paletteText } from '../text/palette-text.ts'
import dialog from '../ui/dialog.module.css'
import { cx } from '../ui/cx.ts'
import { useOpenDialog } from '../ui/open-dialogs.tsx'
import { isMac } from '../ui/platform.ts'
import hidden from '../ui/visually-hidden.module.css'
import { commandItems, fitting, type PaletteItem } from './palette-items.ts'
import styles from './palette.module.css'
import { usePastedItems } from './use-pasted-items.ts'

/** Most credentials that are listed; more words find the others. */
const MOST_ENTRIES = 6
const MOST_LINES = 8

/** One field that takes whatever one has: words, a key, an address, the lines of a file. */
export function Palette() {
  const { commands } = useWindow()
  const input = useRef<HTMLInputElement>(null)
  const last = useRef<PaletteItem | null>(null)
  useOpenDialog(true)
  return (
    <Dialog.Root open onOpenChange={(open) => !open && commands.close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog['scrim']} />
        <Dialog.Viewport className={cx(dialog['viewport'], styles['viewport'])}>
          <Dialog.Popup
            className={cx(dialog['dialog'], styles['panel'])}
            initialFocus={input}
            finalFocus={() => last.current?.takesFocus !== true}
          >
            <Dialog.Title className={hidden['hidden']}>{paletteText.title}</Dialog.Title>
            <Field
              input={input}
              onRun={(item) => {
                last.current = item
              }}
            />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

type FieldProps = {
  readonly input: React.RefObject<HTMLInputElement | null>
  /** Called with the item that was chosen, before it runs. */
  readonly onRun: (item: PaletteItem) => void
}

function Field({ input, onRun }: FieldProps) {
  const { commands } = useWindow()
  const [query, setQuery] = useState('')
  /** Whose actions are shown. Null: everything is. */
  const [of, setOf] = useState<CredentialSummary | null>(null)
  const highlighted = useRef<PaletteItem | undefined>(undefined)
  const pasted = usePastedItems()
  const items = useItems(query, of)
  const shown = pasted.items ?? items

  // A secret that was pasted and not used goes with the palette.
  const forget = useRef(pasted.forget)
  useEffect(() => () => forget.current(), [])

  function run(item: PaletteItem): void {
    onRun(item)
    commands.close()
    item.run()
  }
  function onKeyDown(event: KeyboardEvent): void {
    const { credential } = highlighted.current ?? {}
    if (event.key === 'Tab' && !event.shiftKey && credential !== undefined) {
      event.preventDefault()
      setOf(credential)
      setQuery('')
    } else if (event.key === 'Backspace' && query === '' && of !== null) {
      event.preventDefault()
      setOf(null)
    }
  }

  return (
    <Autocomplete.Root
      inline
      open
      mode="none"
      autoHighlight="always"
      keepHighlight
      items={shown}
      itemToStringValue={({ label }: PaletteItem) => label}
      value={query}
      onValueChange={(next, { reason }) => {
        if (reason === 'item-press') return
        pasted.forget()
        setQuery(next)
      }}
      onItemHighlighted={(item) => {
        highlighted.current = item
      }}
    >
      <div className={styles['field']}>
        <Search size={16} aria-hidden="true" />
        {of !== null && (
          <span className={styles['of']}>{paletteText.actionsOf(titleOf(of), of.account)}</span>
        )}
        <Autocomplete.Input
          ref={input}
          aria-label={paletteText.field}
          placeholder={of === null ? paletteText.field : ''}
          autoComplete="off"
          spellCheck={false}
          onPaste={pasted.onPaste}
          onKeyDown={onKeyDown}
        />
      </div>
      <Autocomplete.Empty className={styles['empty']}>
        {shown.length === 0 ? paletteText.none : null}
      </Autocomplete.Empty>
      <Autocomplete.List className={styles['list']}>
        {(item: PaletteItem) => (
          <Autocomplete.Item
            key={item.id}
            value={item}
            className={styles['item']}
            data-danger={item.danger || undefined}
            onClick={() => run(item)}
          >
            <Line item={item} />
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  )
}

function Line({ item }: { readonly item: PaletteItem }) {
  const { credential, keys, label, sub } = item
  return (
    <>
      {credential !== undefined && <Mark service={credential.service} name={credential.name} size="small" />}
      <span className={styles['label']}>{label}</span>
      {sub !== undefined && <span className={styles['sub']}>{sub}</span>}
      <span className={styles['end']}>
        {credential !== undefined && statusWord(credential.status)}
        {credential !== undefined && (
          <span className={styles['hint']}>
            <kbd>Tab</kbd> {paletteText.actions}
          </span>
        )}
        {keys !== undefined && <kbd>{keys}</kbd>}
      </span>
    </>
  )
}

/** Credentials, then commands; or the actions of one credential. */
function useItems(query: string, of: CredentialSummary | null): readonly PaletteItem[] {
  const { credentials } = useReady()
  const { commands, update } = useWindow()
  const ports = useActionPorts()
  const now = useNow()
  if (of !== null) {
    const actions = credentialActions(of, ports).map(
      ({ label, shortcut, danger, run, takesFocus }): PaletteItem => ({
        id: `action ${label}`,
        label,
        run,
        ...(shortcut !== undefined && { keys: shortcut }),
        ...(danger === true && { danger }),
        ...(takesFocus === true && { takesFocus })
      })
    )
    return fitting(query, actions)
  }
  const entries = rankedCredentials(query, credentials.values(), now)
    .slice(0, MOST_ENTRIES)
    .map((credential): PaletteItem => ({
      id: credential.id,
      label: titleOf(credential),
      sub: credential.account,
      credential,
      run: () =>
        update((state) =>
          withFocus({ ...state, view: allView, search: noSearch, selected: credential.id }, 'detail')
        )
    }))
  const all = commandItems({ commands, update, command: isMac() ? '⌘' : 'Ctrl' })
  return [...entries, ...fitting(query, all)].slice(0, MOST_LINES)
}
