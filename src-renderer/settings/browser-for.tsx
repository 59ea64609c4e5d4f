import type { ServiceId } from '#shared/credential.ts'
import { useReady } from '../state/vault-context.tsx'
import { browserForText } from '../text/device-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './settings.module.css'

type Props = {
  readonly services: readonly ServiceId[]
  readonly onChange: (services: ServiceId[]) => void
}

/** Providers whose page did not work in the sign-in window, each with the way back. May be empty. */
export function BrowserFor({ services, onChange }: Props) {
  const { providers } = useReady()
  if (services.length === 0) return null
  return (
    <div className={styles['browserFor']}>
      <p>{browserForText.title}</p>
      <p className={styles['version']}>{browserForText.means}</p>
      <ul>
        {services.map((service) => {
          const name = providers.find(({ id }) => id === service)?.name ?? service
          return (
            <li key={service}>
              <span>{name}</span>
              <Button
                size="small"
                aria-label={browserForText.forgetFor(name)}
                onClick={() => onChange(services.filter((each) => each !== service))}
              >
                {browserForText.forget}
              </Button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
