import type { ProviderChoice } from '#shared/provider-choice.ts'
import { useVault } from '../state/vault-context.tsx'
import { addText } from '../text/add-text.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import add from './add.module.css'
import styles from './registration.module.css'

type Props = {
  readonly provider: ProviderChoice
  readonly registration: NonNullable<ProviderChoice['registration']>
}

/** The steps to create a client at this provider, collapsed at first. */
export function RegistrationSteps({ provider, registration }: Props) {
  const { id, name, hasHelp } = provider
  const { steps, redirectUri } = registration
  const { bridge } = useVault()
  return (
    <details className={styles['guide']}>
      <summary>{addText.guide}</summary>
      <div className={styles['inside']}>
        {hasHelp && (
          <button type="button" className={add['link']} onClick={() => void bridge.openHelp(id)}>
            {addText.help(name)}
          </button>
        )}
        {steps.length > 0 && (
          <ol className={styles['steps']}>
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        )}
        <div className={styles['redirect']}>
          <span>{addText.redirect}</span>
          <code>{redirectUri}</code>
          <CopyButton label={addText.copyRedirect} copy={() => bridge.copyRedirectUri(id)} />
        </div>
        {steps.length > 0 && <p className={styles['source']}>{addText.guideSource}</p>}
      </div>
    </details>
  )
}
