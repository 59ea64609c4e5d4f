import { Tabs } from '@base-ui/react/tabs'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { handOn } from '../find/handed.ts'
import { ImportTab } from '../import/import-tab.tsx'
import { useWindow } from '../state/window-context.tsx'
import type { AddStart } from '../state/window-state.ts'
import { addText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { importText } from '../text/import-text.ts'
import { mcpText } from '../text/mcp-text.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DialogFrame } from '../ui/dialog-frame.tsx'
import styles from './add.module.css'
import { CustomTab } from './custom-tab.tsx'
import { KeyTab } from './key-tab.tsx'
import { McpTab } from './mcp-tab.tsx'
import { ProviderTab } from './provider-tab.tsx'

type TabName = 'provider' | 'key' | 'custom' | 'mcp' | 'import'
const tabs: readonly (readonly [TabName, string])[] = [
  ['provider', addText.tabs.provider],
  ['key', addText.tabs.key],
  ['custom', addText.tabs.custom],
  ['mcp', mcpText.tab],
  ['import', importText.tab]
]

/** A tab is discarded together with its text when the person leaves it, who is asked first. */
export function AddDialog({ start: first }: { readonly start: AddStart }) {
  const { commands } = useWindow()
  const [start, setStart] = useState(first)
  const [tab, setTab] = useState(tabOf(first))
  const body = useRef<HTMLDivElement>(null)
  const typed = useTyped()
  const replaced = first.kind === 'replace-key' ? first.credential : null
  const title = replaced === null ? addText.title : commonText.replaceKey
  useFirstField(body, tab)

  function open(next: AddStart): void {
    typed.forget()
    setStart(next)
    setTab(tabOf(next))
  }

  return (
    <DialogFrame
      title={title}
      open
      onClose={() => typed.leave(commands.close)}
      size="wide"
      keepOnOutsidePress
    >
      <div
        ref={body}
        className={styles['whole']}
        data-tall={replaced === null || undefined}
        onInput={typed.note}
      >
        {replaced === null ? (
          <Tabs.Root
            value={tab}
            onValueChange={(next: TabName) => typed.leave(() => open(startOf(next)))}
            className={styles['tabs']}
          >
            <Tabs.List className={styles['list']} activateOnFocus={false}>
              {tabs.map(([value, label]) => (
                <Tabs.Tab key={value} value={value} className={styles['tab']}>
                  {label}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value={tab} tabIndex={-1} className={styles['panel']}>
              <TabBody tab={tab} start={start} open={open} />
            </Tabs.Panel>
          </Tabs.Root>
        ) : (
          <KeyTab replaced={replaced} first={null} />
        )}
      </div>
      <ConfirmDialog
        ask={
          typed.asked && {
            title: addText.discardTitle,
            body: addText.discardBody,
            action: addText.discard,
            run: typed.asked
          }
        }
        onClose={typed.stay}
      />
    </DialogFrame>
  )
}

type BodyProps = {
  readonly tab: TabName
  readonly start: AddStart
  readonly open: (start: AddStart) => void
}

function TabBody({ tab, start, open }: BodyProps) {
  switch (tab) {
    case 'provider':
      return (
        <ProviderTab
          first={start.kind === 'provider' ? start.provider : null}
          onKey={(text, provider) => {
            if (text !== null) handOn(text)
            open({ kind: 'key', provider })
          }}
          onCustom={(address) => open({ kind: 'custom', address })}
          onSeveral={(text) => {
            handOn(text)
            open({ kind: 'import-text' })
          }}
        />
      )
    case 'key':
      return <KeyTab replaced={null} first={start.kind === 'key' ? start.provider : null} />
    case 'custom':
      return <CustomTab address={start.kind === 'custom' ? start.address : ''} />
    case 'mcp':
      return <McpTab address={start.kind === 'mcp' ? start.address : ''} />
    case 'import':
      return <ImportTab path={start.kind === 'import' ? start.path : null} />
  }
}

/** A tab that opens gives the focus to its first field; the dialog itself does that when it opens. */
function useFirstField(body: { readonly current: HTMLElement | null }, tab: TabName): void {
  const last = useRef(tab)
  useEffect(() => {
    if (last.current === tab) return
    last.current = tab
    const panel = body.current?.querySelector('[role=tabpanel]')
    const field =
      panel?.querySelector<HTMLElement>('[data-first]') ??
      panel?.querySelector<HTMLElement>('input, textarea')
    field?.focus()
  }, [body, tab])
}

/** Asks before something that was typed is lost; a single word in a search field is no loss. */
function useTyped() {
  const isTyped = useRef(false)
  const [asked, setAsked] = useState<(() => void) | null>(null)
  return {
    /** What happens if the person discards the text; null: nothing is asked. */
    asked,
    note: ({ target }: FormEvent) => {
      if (target instanceof HTMLElement && !target.matches('[type=search], [type=radio], [type=checkbox]')) {
        isTyped.current = true
      }
    },
    forget: () => {
      isTyped.current = false
    },
    leave: (go: () => void) => (isTyped.current ? setAsked(() => go) : go()),
    stay: () => setAsked(null)
  }
}

function tabOf({ kind }: AddStart): TabName {
  switch (kind) {
    case 'key':
    case 'custom':
    case 'mcp':
    case 'import':
      return kind
    case 'import-text':
      return 'import'
    default:
      return 'provider'
  }
}

function startOf(tab: TabName): AddStart {
  switch (tab) {
    case 'key':
      return { kind: 'key', provider: null }
    case 'custom':
    case 'mcp':
      return { kind: tab, address: '' }
    case 'import':
      return { kind: 'import', path: null }
    case 'provider':
      return { kind: 'nothing' }
  }
}
