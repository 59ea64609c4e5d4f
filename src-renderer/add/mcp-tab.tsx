import { Check, Info, TriangleAlert } from 'lucide-react'
import type { McpReport } from '#shared/mcp.ts'
import { useVault } from '../state/vault-context.tsx'
import { addText } from '../text/add-text.ts'
import { mcpText } from '../text/mcp-text.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { AddForm } from './add-form.tsx'
import styles from './add.module.css'
import { CustomFields } from './custom-fields.tsx'
import { ServerAddress } from './server-address.tsx'
import { type CustomForm, useCustomForm } from './use-custom-form.ts'
import { type ServerQuestion, useServerQuestion } from './use-server-question.ts'
import { useStartSignIn } from './use-start-sign-in.ts'
import { hostOf } from '../text/address-text.ts'

const words = {
  label: mcpText.address,
  hint: mcpText.addressHint,
  wrong: mcpText.addressWrong,
  ask: mcpText.ask,
  asking: mcpText.asking
}

/** The tab for a remote MCP server; most of them need only their address. */
export function McpTab({ address }: { readonly address: string }) {
  const { bridge } = useVault()
  const search = useServerQuestion((server) => bridge.discoverMcpServer(server))
  const { report } = search
  const form = useMcpForm(search)
  const { start, problem, starting } = useStartSignIn()

  function submit(): void {
    if (report === null) return void ask()
    const request = form.read()
    if (request !== null) void start(request)
  }
  async function ask(): Promise<void> {
    const found = await search.ask()
    if (found !== null) form.setScopes(found.scopes)
  }

  return (
    <AddForm
      main={
        <div className={styles['fields']}>
          {problem !== null && <ProblemNote problem={problem} />}
          <ServerAddress first={address} question={search} ask={() => void ask()} words={words} />
          {report !== null && (
            <CustomFields
              form={form}
              offered={report.offered}
              found={report}
              needsClient={report.client === 'ask'}
              clientHint={mcpText.clientHint}
            />
          )}
        </div>
      }
      side={
        <>
          {search.problem !== null && <ProblemNote problem={search.problem} />}
          {report === null ? (
            <p className={styles['faint']}>{mcpText.askFirst}</p>
          ) : (
            <Found report={report} />
          )}
        </>
      }
      go={starting ? addText.starting : addText.continue}
      isOff={report === null || starting}
      onSubmit={submit}
    />
  )
}

function useMcpForm({ address, report }: Pick<ServerQuestion<McpReport>, 'address' | 'report'>): CustomForm {
  return useCustomForm({
    host: URL.canParse(address) ? new URL(address).host : '',
    nameMissing: mcpText.nameMissing,
    needsClient: report?.client === 'ask',
    provider:
      report === null
        ? null
        : (name, clientId) => ({ kind: 'mcp', server: address, name, clientId: clientId || null })
  })
}

function Found({ report }: { readonly report: McpReport }) {
  const passed = [mcpText.signInAt(report.authorizationHost), mcpText.resource(report.resource), mcpText.pkce]
  return (
    <div aria-live="polite">
      <p className={styles['selectLabel']}>{mcpText.found}</p>
      <ul className={styles['checks']}>
        {passed.map((text) => (
          <li key={text}>
            <Check size={16} aria-hidden="true" />
            <span>{text}</span>
          </li>
        ))}
        {report.alsoFor.length > 0 && (
          <li data-warning>
            <TriangleAlert size={16} aria-hidden="true" />
            <span>{mcpText.alsoFor(hostOf(report.resource), report.alsoFor.map(hostOf))}</span>
          </li>
        )}
        {report.isOlderProfile && (
          <li data-info>
            <Info size={16} aria-hidden="true" />
            <span>{mcpText.olderProfile}</span>
          </li>
        )}
        <li data-info>
          <Info size={16} aria-hidden="true" />
          <span>{mcpText.client[report.client]}</span>
        </li>
      </ul>
    </div>
  )
}
