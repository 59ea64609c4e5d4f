import { useRef, useState } from 'react'
import type { DiscoveryReport } from '#shared/ipc.ts'
import type { Problem } from '#shared/problem.ts'
import { useReady, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { addText, customText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { Button } from '../ui/button.tsx'
import { DialogFooter } from '../ui/dialog-frame.tsx'
import { Field } from '../ui/field.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import styles from './add.module.css'
import { CustomFields } from './custom-fields.tsx'
import { firstScopes, isIssuer } from './custom-form.ts'
import { DiscoveryChecks } from './discovery-checks.tsx'
import { IssuerHelp } from './issuer-help.tsx'
import { useCustomForm } from './use-custom-form.ts'
import { useStartSignIn } from './use-start-sign-in.ts'

/** Ask the server first, see what it says, then sign in at it. */
export function CustomTab() {
  const { commands } = useWindow()
  const found = useDiscovery()
  const form = useCustomForm(found.report)
  const { start, problem, starting } = useStartSignIn()
  const passed = found.report !== null && found.report.checks.every(({ ok }) => ok)

  function submit(): void {
    if (!passed) return void discover()
    const request = form.read()
    if (request !== null) void start(request)
  }
  async function discover(): Promise<void> {
    const report = await found.discover()
    if (report !== null) form.setScopes(firstScopes(report.scopes))
  }

  return (
    <form
      className={styles['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className={styles['cols']}>
        <div className={styles['main']}>
          <div className={styles['fields']}>
            {problem !== null && <ProblemNote problem={problem} />}
            <IssuerField found={found} discover={() => void discover()} />
            {found.report === null && <IssuerHelp />}
            {passed && <CustomFields form={form} offered={found.report?.scopes ?? []} />}
          </div>
        </div>
        <div className={styles['side']}>
          {found.problem !== null && <ProblemNote problem={found.problem} />}
          {found.report === null ? (
            <p className={styles['faint']}>{customText.discoverFirst}</p>
          ) : (
            <DiscoveryChecks report={found.report} />
          )}
        </div>
      </div>
      <DialogFooter note={passed && <Where host={found.report?.authorizationHost ?? ''} />}>
        <Button onClick={commands.close}>{commonText.cancel}</Button>
        <Button type="submit" look="primary" aria-disabled={!passed || starting}>
          {starting ? addText.starting : addText.continue}
        </Button>
      </DialogFooter>
    </form>
  )
}

function Where({ host }: { readonly host: string }) {
  const { preferences } = useReady()
  const [before, , after] = addText.willSignIn[preferences.alwaysUseBrowser ? 'browser' : 'window'](host)
  return (
    <span>
      {before}
      <b className={styles['strong']}>{host}</b>
      {after}
    </span>
  )
}

type Found = ReturnType<typeof useDiscovery>

function useDiscovery() {
  const { bridge } = useVault()
  const input = useRef<HTMLInputElement>(null)
  const [report, setReport] = useState<DiscoveryReport | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [wrong, setWrong] = useState(false)
  const [asking, setAsking] = useState(false)
  function reset(): void {
    setReport(null)
    setProblem(null)
    setWrong(false)
  }
  async function discover(): Promise<DiscoveryReport | null> {
    const issuer = input.current?.value.trim() ?? ''
    reset()
    setWrong(!isIssuer(issuer))
    if (!isIssuer(issuer) || asking) {
      input.current?.focus()
      return null
    }
    setAsking(true)
    const result = await bridge.discoverIssuer(issuer)
    setAsking(false)
    if (!result.ok) {
      setProblem(result.problem)
      return null
    }
    setReport(result.value)
    return result.value
  }
  return { input, report, problem, wrong, asking, reset, discover }
}

function IssuerField({ found, discover }: { readonly found: Found; readonly discover: () => void }) {
  return (
    <div className={styles['issuer']}>
      <Field
        label={customText.issuer}
        hint={customText.issuerHint}
        error={found.wrong ? customText.issuerWrong : null}
      >
        {(ids) => (
          <input
            {...ids}
            ref={found.input}
            type="url"
            autoComplete="off"
            spellCheck={false}
            onChange={found.reset}
          />
        )}
      </Field>
      <Button aria-disabled={found.asking} onClick={discover}>
        {found.asking ? customText.discovering : customText.discover}
      </Button>
    </div>
  )
}
