import type { ClockSkew } from '#shared/clock-skew.ts'
import { skewWords } from '#shared/skew-words.ts'
import type { CredentialSummary, StatusKind } from '#shared/credential.ts'
import { titleOf } from '#shared/entry-labels.ts'
import type { StorageHealth } from '#shared/storage-health.ts'
import { statusTable, statusWord } from '#shared/status.ts'

export type TrayIcon = 'ok' | 'attention' | 'error' | 'locked'

export type TrayAction =
  | { readonly kind: 'open'; readonly credential: string | null }
  | { readonly kind: 'refresh-all' }
  | { readonly kind: 'lock' }
  | { readonly kind: 'quit' }

export type TrayItem =
  | { readonly kind: 'separator' }
  | { readonly kind: 'text'; readonly label: string }
  | {
      readonly kind: 'action'
      readonly label: string
      readonly action: TrayAction
      readonly enabled: boolean
    }

/** The content of the tray. Every action is in the menu, because the desktop decides which click opens it. */
export type TrayModel = {
  readonly icon: TrayIcon
  readonly tooltip: string
  readonly items: readonly TrayItem[]
}

const LISTED = 8
const broken: ReadonlySet<StatusKind> = new Set(['needs-sign-in', 'unreadable', 'expired'])
const notable: ReadonlySet<StatusKind> = new Set(['refresh-failing', 'expiring', 'locked'])

/** Pure: the worst status decides the icon, and the worst eight entries are listed. Contains no secret. */
export function trayModel(
  summaries: readonly CredentialSummary[],
  storage: StorageHealth,
  clock: ClockSkew | null = null
): TrayModel {
  if (storage.problem?.code === 'VAULT_LOCKED') return lockedTray
  const worstFirst = summaries
    .filter((summary) => statusTable[summary.status.kind].rank < statusTable.refreshing.rank)
    .toSorted(byRank)
  const needing = summaries.filter((summary) => statusTable[summary.status.kind].needsAttention).length
  return {
    icon: iconFor(summaries, storage, clock),
    tooltip: `Latchkey: ${tooltipFor(summaries.length, needing, storage)}${clock === null ? '' : `, clock ${skewWords(clock)}`}`,
    items: [
      action('Open Latchkey', { kind: 'open', credential: null }),
      ...(clock === null
        ? []
        : [{ kind: 'text', label: `This computer’s clock: ${skewWords(clock)}` } as const]),
      ...listed(worstFirst, summaries.length),
      { kind: 'separator' },
      action(
        'Refresh all',
        { kind: 'refresh-all' },
        summaries.some((summary) => summary.renewable)
      ),
      action('Lock', { kind: 'lock' }),
      { kind: 'separator' },
      action('Quit', { kind: 'quit' })
    ]
  }
}

function iconFor(
  summaries: readonly CredentialSummary[],
  storage: StorageHealth,
  clock: ClockSkew | null
): TrayIcon {
  if (storage.state === 'locked') return 'locked'
  if (storage.state === 'unavailable' || summaries.some(({ status }) => broken.has(status.kind)))
    return 'error'
  const isNotable = storage.state === 'degraded' || summaries.some(({ status }) => notable.has(status.kind))
  return isNotable || clock !== null ? 'attention' : 'ok'
}

function tooltipFor(total: number, needing: number, storage: StorageHealth): string {
  if (storage.state === 'locked') return 'the keychain is locked'
  if (storage.state === 'unavailable') return 'the keychain does not answer'
  if (total === 0) return 'nothing stored yet'
  if (needing === 0) return total === 1 ? '1 credential works' : `all ${total} credentials work`
  return needing === 1 ? '1 needs attention' : `${needing} need attention`
}

function listed(worstFirst: readonly CredentialSummary[], total: number): TrayItem[] {
  const shown = worstFirst.slice(0, LISTED)
  const rest = worstFirst.length - shown.length
  const working = total - worstFirst.length
  const lines: TrayItem[] = shown.map((summary) =>
    action(entryLabel(summary), { kind: 'open', credential: summary.id })
  )
  if (rest > 0) lines.push({ kind: 'text', label: `${rest} more to look at` })
  if (working > 0)
    lines.push({ kind: 'text', label: shown.length > 0 ? `${working} more valid` : `${working} valid` })
  return lines.length === 0 ? [] : [{ kind: 'separator' }, ...lines]
}

/** Says nothing of what is kept. */
const lockedTray: TrayModel = {
  icon: 'locked',
  tooltip: 'Latchkey: locked',
  items: [
    action('Unlock…', { kind: 'open', credential: null }),
    { kind: 'separator' },
    action('Quit', { kind: 'quit' })
  ]
}

const entryLabel = (credential: CredentialSummary): string =>
  `${titleOf(credential)} (${credential.account}) — ${statusWord(credential.status)}`

const byRank = (a: CredentialSummary, b: CredentialSummary): number =>
  statusTable[a.status.kind].rank - statusTable[b.status.kind].rank ||
  titleOf(a).localeCompare(titleOf(b)) ||
  a.account.localeCompare(b.account)

function action(label: string, what: TrayAction, enabled = true): TrayItem {
  return { kind: 'action', label, action: what, enabled }
}
