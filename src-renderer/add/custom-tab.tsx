import { useReady, useVault } from '../state/vault-context.tsx'
import { addText, customText } from '../text/add-text.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { AddForm } from './add-form.tsx'
import styles from './add.module.css'
import { CustomFields } from './custom-fields.tsx'
import { firstScopes } from '../fields/custom-form.ts'
import { DiscoveryChecks } from './discovery-checks.tsx'
import { IssuerHelp } from './issuer-help.tsx'
import { ServerAddress } from './server-address.tsx'
import { useCustomForm } from './use-custom-form.ts'
import { useServerQuestion } from './use-server-question.ts'
import { useStartSignIn } from './use-start-sign-in.ts'
import { WillSignIn } from './will-sign-in.tsx'

const words = {
  label: customText.issuer,
  hint: customText.issuerHint,
  wrong: customText.issuerWrong,
  ask: customText.discover,
  asking: customText.discovering
}

/** The tab for a person's own server: asks the server, shows its answer, then signs in. */
export function CustomTab({ address }: { readonly address: string }) {
  const { bridge } = useVault()
  const surface = useReady().preferences.alwaysUseBrowser ? 'browser' : 'window'
  const found = useServerQuestion((issuer) => bridge.discoverIssuer(issuer))
  const { report } = found
  const form = useCustomForm({
    host: report?.authorizationHost ?? '',
    nameMissing: customText.nameMissing,
    needsClient: true,
    provider:
      report === null ? null : (name, clientId) => ({ kind: 'issuer', issuer: report.issuer, name, clientId })
  })
  const { start, problem, starting } = useStartSignIn()
  const passed = report !== null && report.checks.every(({ ok }) => ok)

  function submit(): void {
    if (!passed) return void discover()
    const request = form.read()
    if (request !== null) void start(request)
  }
  async function discover(): Promise<void> {
    const said = await found.ask()
    if (said !== null) form.setScopes(firstScopes(said.scopes))
  }

  return (
    <AddForm
      main={
        <div className={styles['fields']}>
          {problem !== null && <ProblemNote problem={problem} />}
          <ServerAddress first={address} question={found} ask={() => void discover()} words={words} />
          <IssuerHelp />
          {passed && report !== null && <CustomFields form={form} offered={report.scopes} found={report} />}
        </div>
      }
      side={
        <>
          {found.problem !== null && <ProblemNote problem={found.problem} />}
          {report === null ? (
            <p className={styles['faint']}>{customText.discoverFirst}</p>
          ) : (
            <DiscoveryChecks report={report} />
          )}
        </>
      }
      note={passed && <WillSignIn surface={surface} host={report?.authorizationHost ?? ''} />}
      go={starting ? addText.starting : addText.continue}
      isOff={!passed || starting}
      onSubmit={submit}
    />
  )
}
