// A virtualised grid has no table layout, and the grid itself handles the keys.
/* oxlint-disable jsx-a11y/prefer-tag-over-role, jsx-a11y/click-events-have-key-events */
import { Copy, RefreshCw, Star } from 'lucide-react'
import { memo, useState } from 'react'
import type { CredentialSummary } from '#shared/credential.ts'
import { titleOf } from '#shared/entry-labels.ts'
import { statusTable, statusWord } from '#shared/status.ts'
import { Mark } from '../brand/mark.tsx'
import { useNow } from '../state/vault-context.tsx'
import { copyLabel, credentialActions, useActionPorts } from '../state/credential-actions.ts'
import { canRefresh, canTakeOut } from '../status/fix.ts'
import { LifeRing } from '../status/life-ring.tsx'
import { StatusChip } from '../status/status-chip.tsx'
import { useCredentialNow } from '../state/use-credential-now.ts'
import { lifeUsed, type When, whenText } from '../status/when-text.ts'
import { useWindow } from '../state/window-context.tsx'
import { commonText } from '../text/common-text.ts'
import { labelsText } from '../text/labels-text.ts'
import { listText } from '../text/list-text.ts'
import { exactText } from '../time/time-text.ts'
import { ActionMenu } from '../ui/action-menu.tsx'
import { cx } from '../ui/cx.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Marked } from '../ui/marked.tsx'
import type { Select } from '../state/picking.ts'
import { NameField } from './name-field.tsx'
import styles from './row.module.css'
import tags from './tags.module.css'

type Props = {
  readonly credential: CredentialSummary
  readonly index: number
  readonly top: number
  readonly active: boolean
  readonly selected: boolean
  /** The words of the search, in lower case; they are marked. */
  readonly words: readonly string[]
  readonly onSelect: Select
  readonly onOpen: (id: string) => void
}

export const CredentialRow = memo(function CredentialRow(props: Props) {
  const { credential, index, top, active, selected, words, onSelect, onOpen } = props
  const { id, account, status } = credential
  const title = titleOf(credential)
  const [hovered, setHovered] = useState(false)
  const when = whenText(credential, useCredentialNow(credential))
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      aria-selected={selected}
      aria-label={listText.row(title, account, statusWord(status), when.spoken)}
      tabIndex={active ? 0 : -1}
      data-row={index}
      className={styles['row']}
      style={{ top }}
      onClick={({ shiftKey, ctrlKey, metaKey }) => {
        if (shiftKey) onSelect(id, 'range')
        else onSelect(id, ctrlKey || metaKey ? 'toggle' : 'only')
      }}
      onDoubleClick={(event) => {
        if (event.target instanceof Element && event.target.closest('button') === null) onOpen(id)
      }}
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
    >
      <span role="gridcell" className={styles['markCell']}>
        <MarkWithLife credential={credential} />
      </span>
      <div role="gridcell" className={styles['id']} title={`${title}, ${account}`}>
        <NameLine credential={credential} words={words} />
        <div className={styles['account']}>
          <Marked text={account} words={words} />
        </div>
      </div>
      <div role="gridcell" className={styles['middle']}>
        {(active || hovered) && <RowActions credential={credential} reachable={active} />}
        {/* The tags stay, invisible: a press on a tag that then disappears would not be a click. */}
        <span className={tags['tags']} data-away={active || hovered || undefined}>
          <ScopeTags {...{ credential }} />
        </span>
      </div>
      <div role="gridcell" className={styles['status']}>
        <StatusChip status={status} />
        <WhenLine when={when} />
      </div>
    </div>
  )
})

function MarkWithLife({ credential }: { readonly credential: CredentialSummary }) {
  const now = useNow()
  const { name, service, status } = credential
  return (
    <LifeRing
      used={showsLife(credential) ? lifeUsed(credential, now) : null}
      tone={statusTable[status.kind].tone}
    >
      <Mark service={service} name={name} />
    </LifeRing>
  )
}

/** The name with its star, or the field for the name. */
function NameLine({
  credential,
  words
}: {
  readonly credential: CredentialSummary
  readonly words: readonly string[]
}) {
  const { state } = useWindow()
  if (state.renaming === credential.id) return <NameField credential={credential} />
  return (
    <div className={styles['name']}>
      <Marked text={titleOf(credential)} words={words} />
      {credential.labels?.isFavourite === true && (
        <Star size={12} className={styles['star']} aria-label={labelsText.favourite} />
      )}
    </div>
  )
}

function WhenLine({ when }: { readonly when: When }) {
  const exact = when.at === null ? undefined : exactText(when.at)
  return (
    <div className={cx(styles['when'], when.soon && styles['soon'])} title={exact}>
      {when.at === null ? when.text : <time dateTime={new Date(when.at).toISOString()}>{when.text}</time>}
    </div>
  )
}

/** A row has a ring only if its second line is about the end of this life. */
function showsLife({ status }: CredentialSummary): boolean {
  return ['valid', 'expiring', 'expired', 'refresh-failing'].includes(status.kind)
}

/** The actions take the place of the scope tags, so that nothing moves. */
function RowActions({
  credential,
  reachable
}: {
  readonly credential: CredentialSummary
  readonly reachable: boolean
}) {
  const ports = useActionPorts()
  const { commands } = ports
  const tabIndex = reachable ? 0 : -1
  return (
    <>
      {canRefresh(credential) && (
        <IconButton
          label={commonText.refresh}
          tabIndex={tabIndex}
          onClick={() => void commands.refresh(credential)}
        >
          <RefreshCw size={16} aria-hidden="true" />
        </IconButton>
      )}
      {canTakeOut(credential) && (
        <IconButton
          label={copyLabel(credential)}
          tabIndex={tabIndex}
          onClick={() => void commands.copySecret(credential)}
        >
          <Copy size={16} aria-hidden="true" />
        </IconButton>
      )}
      <ActionMenu actions={credentialActions(credential, ports)} tabIndex={tabIndex} />
    </>
  )
}

const FEW = 1
const MANY = 3

/** One tag and "+3" beside the detail, three and "+1" where there is room; the stylesheet chooses. */
function ScopeTags({ credential }: { readonly credential: CredentialSummary }) {
  if (credential.kind !== 'oauth')
    return <span className={tags['tag']}>{listText.kindTags[credential.kind]}</span>
  const { scopes } = credential
  return (
    <>
      {scopes.slice(0, MANY).map((scope, index) => (
        <span key={scope} className={tags['tag']} data-room={index >= FEW || undefined}>
          {scope}
        </span>
      ))}
      {scopes.length > FEW && (
        <span className={tags['tag']} data-tight>
          {listText.moreScopes(scopes.length - FEW)}
        </span>
      )}
      {scopes.length > MANY && (
        <span className={tags['tag']} data-room>
          {listText.moreScopes(scopes.length - MANY)}
        </span>
      )}
    </>
  )
}
