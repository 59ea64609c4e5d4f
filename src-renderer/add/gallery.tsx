import { Search } from 'lucide-react'
import { useId, useState } from 'react'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import { Mark } from '../brand/mark.tsx'
import { addText } from '../text/add-text.ts'
import { passwordText } from '../text/password-text.ts'
import field from '../ui/field.module.css'
import hidden from '../ui/visually-hidden.module.css'
import styles from './add.module.css'

type Props = {
  readonly choices: readonly ProviderChoice[]
  readonly chosen: ProviderChoice | null
  readonly onChoose: (provider: ProviderChoice) => void
}

/** Tiles that are radio buttons: the arrow keys move through them. */
export function Gallery({ choices, chosen, onChoose }: Props) {
  const name = useId()
  const [query, setQuery] = useState('')
  const wanted = query.trim().toLowerCase()
  const shown = choices.filter(({ id, name, host }) =>
    `${id} ${name} ${host ?? ''}`.toLowerCase().includes(wanted)
  )
  return (
    <>
      <div className={field['field']}>
        <Search size={16} aria-hidden="true" />
        <input
          type="search"
          data-first
          aria-label={addText.searchProviders}
          placeholder={addText.searchProviders}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.preventDefault()
          }}
        />
      </div>
      <div role="radiogroup" aria-label={addText.providers} className={styles['gallery']}>
        {shown.map((provider) => (
          <label key={provider.id}>
            <input
              type="radio"
              className={hidden['hidden']}
              name={name}
              value={provider.id}
              checked={provider.id === chosen?.id}
              onChange={() => onChoose(provider)}
            />
            <Mark service={provider.id} name={provider.name} />
            <span>
              <span className={styles['name']}>{provider.name}</span>
              <span className={styles['sub']}>{wayOf(provider)}</span>
            </span>
          </label>
        ))}
      </div>
      {shown.length === 0 && <p className={styles['faint']}>{addText.noProvider}</p>}
    </>
  )
}

function wayOf({ kind, surface }: ProviderChoice): string {
  return kind === 'password' ? passwordText.surface : addText.surfaces[surface]
}
