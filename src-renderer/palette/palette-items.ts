import type { CredentialSummary } from '#shared/credential.ts'
import type { Commands } from '../state/commands.ts'
import { allView, type View } from '../state/view.ts'
import { withActivity, withFocus, type WindowState } from '../state/window-state.ts'
import { activityText } from '../text/activity-text.ts'
import { addText } from '../text/add-text.ts'
import { shortcutText } from '../text/detail-text.ts'
import { doctorText } from '../text/doctor-text.ts'
import { fixRunText } from '../text/fix-run-text.ts'
import { railText } from '../text/list-text.ts'
import { lockText } from '../text/lock-text.ts'
import { paletteText } from '../text/palette-text.ts'
import { fit } from '../state/rank.ts'

/** A line of the palette. */
export type PaletteItem = {
  readonly id: string
  readonly label: string
  readonly sub?: string
  /** The key that does the same without the palette. */
  readonly keys?: string
  /** The credential that the line shows, whose actions `Tab` opens. */
  readonly credential?: CredentialSummary
  readonly danger?: boolean
  /** The command puts the focus somewhere; else it goes back to where it was. */
  readonly takesFocus?: boolean
  readonly run: () => void
}

type Ports = {
  readonly commands: Commands
  readonly update: (change: (state: WindowState) => WindowState) => void
  /** `⌘` or `Ctrl`. */
  readonly command: string
}

/** Every command of the window, as lines. */
export function commandItems({ commands, update, command }: Ports): readonly PaletteItem[] {
  const show = (view: View) => () =>
    update((state) => withFocus({ ...state, view, page: 'credentials', selected: null }, 'list'))
  const { views } = railText
  return [
    line('add', addText.title, `${command} N`, () =>
      commands.show({ kind: 'add', start: { kind: 'nothing' } })
    ),
    line('add-key', paletteText.addKey, null, () =>
      commands.show({ kind: 'add', start: { kind: 'key', provider: null } })
    ),
    line('import', paletteText.import, null, () =>
      commands.show({ kind: 'add', start: { kind: 'import', path: null } })
    ),
    line('fix-all', fixRunText.fixAll, 'Shift F', () => commands.startFixing()),
    line('refresh-all', shortcutText.rows.refreshAll, 'Shift R', () => void commands.refreshAll()),
    line('lock', lockText.lock, `${command} L`, () => void commands.lock()),
    line('all', paletteText.goTo(views.all), null, show(allView)),
    line('attention', paletteText.goTo(views.attention), null, show({ kind: 'attention' })),
    line('expiring', paletteText.goTo(views.expiring), null, show({ kind: 'expiring' })),
    line('activity', paletteText.goTo(activityText.title), null, () =>
      update((state) => withActivity(state, null))
    ),
    line('timeline', paletteText.goTo(railText.timeline), null, () =>
      update((state) => ({ ...state, page: 'timeline' }))
    ),
    line('doctor', paletteText.goTo(doctorText.title), null, () =>
      update((state) => ({ ...state, page: 'doctor' }))
    ),
    line('settings', railText.settings, `${command} ,`, () => commands.show({ kind: 'settings' })),
    line('move', paletteText.move, null, () => commands.show({ kind: 'move' })),
    line('shortcuts', railText.shortcuts, '?', () => commands.show({ kind: 'shortcuts' }))
  ]
}

function line(id: string, label: string, keys: string | null, run: () => void): PaletteItem {
  return { id: `command ${id}`, label, run, ...(keys !== null && { keys }) }
}

/** The lines that fit, the best first; those that fit the same stay in their order. */
export function fitting(query: string, items: readonly PaletteItem[]): readonly PaletteItem[] {
  return items
    .map((item) => ({ item, weight: fit(query, item.label) }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ item }) => item)
}
