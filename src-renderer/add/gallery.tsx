import { Search } from 'lucide-react'
import { type ClipboardEvent, type KeyboardEvent, useId } from 'react'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import { Mark } from '../brand/mark.tsx'
import { pastedIn } from '../find/pasted.ts'
import { addText } from '../text/add-text.ts'
import { passwordText } from '../text/password-text.ts'
import { Button } from '../ui/button.tsx'
import field from '../ui/field.module.css'
import styles from './add.module.css'

type Props = {
  /** Every service: those to sign in at, and those with keys. */
  readonly choices: readonly ProviderChoice[]
  readonly query: string
  readonly onQuery: (query: string) => void
  /** Ids of the services of which an entry has a client already. */
  readonly setUp: ReadonlySet<string>
  readonly onChoose: (provider: ProviderChoice) => void
  /** A key was pasted, or there is one to paste; `text` null: not yet. `service` null: it is not known. */
  readonly onKey: (text: string | null, service: string | null) => void
  /** A server of the person’s own; the address is empty, or what was pasted. */
  readonly onCustom: (address: string) => void
  /** Several credentials were pasted. */
  readonly onSeveral: (text: string) => void
}

/** One field for a word or a key, and a tile for each service. */
export function Gallery(props: Props) {
  const { choices, query, setUp, onQuery, onChoose, onKey, onCustom, onSeveral } = props
  const wanted = query.trim().toLowerCase()
  const shown = choices.filter(({ id, name, host }) =>
    `${id} ${name} ${host ?? ''}`.toLowerCase().includes(wanted)
  )
  const signIns = shown.filter(({ kind }) => kind !== 'api-key')
  const keys = shown.filter(({ kind }) => kind === 'api-key')

  /** A secret never stands in this field, which shows what is in it. */
  function onPaste(event: ClipboardEvent): void {
    const text = event.clipboardData.getData('text')
    const pasted = pastedIn(text, choices)
    if (pasted.kind === 'words') return
    event.preventDefault()
    if (pasted.kind === 'key') onKey(text.trim(), pasted.provider?.id ?? null)
    else if (pasted.kind === 'address') onCustom(pasted.address)
    else onSeveral(text)
  }
  function takeFirst(): void {
    const [signIn] = signIns
    const [key] = keys
    if (wanted === '') return
    if (signIn !== undefined) onChoose(signIn)
    else if (key !== undefined) onKey(null, key.id)
  }

  return (
    <>
      <div className={field['field']}>
        <Search size={16} aria-hidden="true" />
        <input
          type="search"
          data-first
          aria-label={addText.oneField}
          placeholder={addText.oneField}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => onQuery(event.target.value)}
          onPaste={onPaste}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            takeFirst()
          }}
        />
      </div>
      <Tiles title={addText.providers} services={signIns} setUp={setUp} onChoose={onChoose} />
      <Tiles title={addText.tabs.key} services={keys} setUp={setUp} onChoose={({ id }) => onKey(null, id)} />
      {shown.length === 0 && (
        <div className={styles['noMatch']}>
          <p>{addText.noMatch}</p>
          <Button onClick={() => onKey(null, null)}>{addText.pasteKey}</Button>
          <Button onClick={() => onCustom(/[./]/.test(query) ? query.trim() : '')}>
            {addText.addServer}
          </Button>
        </div>
      )}
    </>
  )
}

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/** The tiles of a heading are one stop of Tab; the arrow keys move through them. */
function moveByArrow(event: KeyboardEvent<HTMLElement>): void {
  const step = steps[event.key]
  if (step === undefined) return
  const tiles = [...(event.currentTarget.closest('ul')?.querySelectorAll('button') ?? [])]
  const here = tiles.findIndex((tile) => tile === document.activeElement)
  tiles[(here + step + tiles.length) % tiles.length]?.focus()
  event.preventDefault()
}

type TilesProps = {
  readonly title: string
  readonly services: readonly ProviderChoice[]
  readonly setUp: ReadonlySet<string>
  readonly onChoose: (service: ProviderChoice) => void
}

function Tiles({ title, services, setUp, onChoose }: TilesProps) {
  const id = useId()
  if (services.length === 0) return null
  return (
    <>
      <h3 id={id} className={styles['heading']}>
        {title}
      </h3>
      <ul aria-labelledby={id} className={styles['gallery']}>
        {services.map((service, index) => (
          <li key={service.id}>
            <button
              type="button"
              tabIndex={index === 0 ? 0 : -1}
              className={styles['tile']}
              onClick={() => onChoose(service)}
              onKeyDown={moveByArrow}
            >
              <Mark service={service.id} name={service.name} />
              <span>
                <span className={styles['name']}>{service.name}</span>{' '}
                <span className={styles['sub']}>{wayOf(service, setUp.has(service.id))}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}

function wayOf(
  { kind, surface, host, allowedHosts, registration }: ProviderChoice,
  isSetUp: boolean
): string {
  if (kind === 'api-key') return allowedHosts[0] ?? host ?? addText.tabs.key
  if (kind === 'oauth' && registration !== null && !isSetUp) return addText.setup
  return kind === 'password' ? passwordText.surface : addText.surfaces[surface]
}
