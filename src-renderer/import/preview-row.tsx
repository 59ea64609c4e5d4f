/* Rows of a grid that is drawn by the stylesheet, like the list's. */
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import { memo, useId } from 'react'
import type { ImportRow } from '#shared/transfer.ts'
import { Mark } from '../brand/mark.tsx'
import { importText } from '../text/import-text.ts'
import { canChoose, type ChosenHosts, hostKey } from './import-model.ts'
import styles from './import.module.css'

type Props = {
  readonly row: ImportRow
  /** Position in the table; differs from the index if the table leaves rows out. */
  readonly at: number
  readonly checked: boolean
  /** True for the one row that Tab reaches. */
  readonly isStop: boolean
  readonly onToggle: (row: ImportRow) => void
  readonly onActive: (at: number) => void
  /** Keys of the ticked hosts of all rows. */
  readonly hosts: ChosenHosts
  readonly onHost: (key: string) => void
}

/** A row renders again only if its own tick changes, because there may be hundreds of rows. */
export const PreviewRow = memo(function PreviewRow(props: Props) {
  const { row, at, checked, isStop, onToggle, onActive } = props
  const { name, account, kind, masked, state, note } = row
  const id = useId()
  const open = canChoose(row)
  return (
    <div role="row" aria-rowindex={at + 2} className={styles['row']} data-open={open || undefined}>
      <span role="gridcell">
        <input
          id={id}
          type="checkbox"
          className={styles['tick']}
          data-tick={at}
          tabIndex={isStop ? 0 : -1}
          aria-label={importText.row(name, account, importText.states[state])}
          aria-describedby={note === null ? undefined : `${id}-note`}
          aria-disabled={!open || undefined}
          checked={checked}
          onChange={() => onToggle(row)}
          onFocus={() => onActive(at)}
        />
      </span>
      <span role="gridcell">
        <Who id={id} row={row} />
      </span>
      <span role="gridcell" className={styles['masked']}>
        {masked}
      </span>
      <span role="gridcell" className={styles['kind']}>
        {importText.kinds[kind]}
      </span>
      <span role="gridcell" className={styles['state']}>
        <span className={styles['chip']} data-state={state}>
          {importText.states[state]}
        </span>
      </span>
      {note !== null && (
        <span role="gridcell" id={`${id}-note`} className={styles['note']}>
          {note}
        </span>
      )}
      <Places {...props} />
    </div>
  )
})

/**
 * Shows where the secret goes; a host that only the file names has a tick of its own, because a file may say
 * anything.
 */
function Places({
  row: { index, issuer, hosts = [], moreHosts = [] },
  isStop,
  hosts: ticked,
  onHost
}: Props) {
  if (issuer === undefined && hosts.length + moreHosts.length === 0) return null
  return (
    <span role="gridcell" className={styles['note']}>
      {issuer !== undefined && importText.signsInAt(issuer)}
      {hosts.length > 0 && importText.sentTo(hosts.join(', '))}
      {moreHosts.map((host) => (
        <label key={host} className={styles['host']}>
          <input
            type="checkbox"
            className={styles['tick']}
            tabIndex={isStop ? 0 : -1}
            checked={ticked.has(hostKey(index, host))}
            onChange={() => onHost(hostKey(index, host))}
          />
          {importText.alsoTo(host)}
        </label>
      ))}
    </span>
  )
}

function Who({ id, row: { service, name, account } }: { readonly id: string; readonly row: ImportRow }) {
  return (
    <label htmlFor={id} className={styles['who']}>
      <Mark service={service} name={name} size="small" />
      <span>
        <strong title={name}>{name}</strong>
        <span className={styles['account']} title={account}>
          {account}
        </span>
      </span>
    </label>
  )
}
