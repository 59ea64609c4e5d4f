import type { ClientFacts } from '#shared/client-change.ts'
import type { CredentialSummary } from '#shared/credential.ts'
import add from '../add/add.module.css'
import guide from '../add/registration.module.css'
import { useVault } from '../state/vault-context.tsx'
import { addText } from '../text/add-text.ts'
import { clientText } from '../text/client-text.ts'
import { CopyButton } from '../ui/copy-button.tsx'

type Props = { readonly credential: CredentialSummary; readonly facts: ClientFacts }

/** Facts for the registration: the redirect URI always, the steps if the catalog has them. */
export function ClientRegistration({ credential, facts }: Props) {
  const { bridge } = useVault()
  const { service, name, redirectUri, steps, hasHelp } = facts
  return (
    <div>
      <div className={guide['redirect']}>
        <span>{addText.redirect}</span>
        <code>{redirectUri}</code>
        <CopyButton label={addText.copyRedirect} copy={() => bridge.copyClientRedirect(credential.id)} />
      </div>
      {(steps.length > 0 || hasHelp) && (
        <details className={guide['guide']}>
          <summary>{clientText.guide}</summary>
          <div className={guide['inside']}>
            {hasHelp && (
              <button type="button" className={add['link']} onClick={() => void bridge.openHelp(service)}>
                {addText.help(name)}
              </button>
            )}
            {steps.length > 0 && (
              <>
                <ol className={guide['steps']}>
                  {steps.map((step) => (
                    <li key={step}>{step}</li>
                  ))}
                </ol>
                <p className={guide['source']}>{addText.guideSource}</p>
              </>
            )}
          </div>
        </details>
      )}
    </div>
  )
}
