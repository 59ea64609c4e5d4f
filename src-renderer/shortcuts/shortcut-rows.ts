import { shortcutText } from '../text/detail-text.ts'

export type ShortcutRow = { readonly text: string; readonly keys: readonly string[] }

/** Returns the rows of the sheet; keys have the names that are printed on them. */
export function shortcutRows(mac: boolean): {
  readonly everywhere: readonly ShortcutRow[]
  readonly inList: readonly ShortcutRow[]
} {
  const { rows } = shortcutText
  const command = mac ? '⌘' : 'Ctrl'
  return {
    everywhere: [
      row(rows.search, '/', `${command} F`),
      row(rows.add, `${command} N`),
      row(rows.nextPane, 'F6', 'Shift F6'),
      row(rows.back, 'Esc'),
      row(rows.palette, `${command} K`),
      row(rows.settings, `${command} ,`),
      row(rows.undo, `${command} Z`),
      row(rows.lock, `${command} L`),
      row(rows.sheet, '?')
    ],
    inList: [
      row(rows.move, '↑', '↓'),
      row(rows.several, 'Shift ↑', 'Shift ↓', `${command} A`),
      row(rows.ends, 'Home', 'End', 'PgUp', 'PgDn'),
      row(rows.open, 'Enter'),
      row(rows.fix, 'F', `${command} Enter`),
      row(rows.fixAll, 'Shift F'),
      row(rows.actions, '→', '←'),
      row(rows.refresh, 'R'),
      row(rows.refreshAll, 'Shift R'),
      row(rows.copySecret, 'C', `${command} C`),
      row(rows.copy, `${command} B`),
      row(rows.rename, 'F2'),
      row(rows.favourite, 'S'),
      row(rows.remove, 'Del'),
      row(rows.type, 'a–z')
    ]
  }
}

function row(text: string, ...keys: string[]): ShortcutRow {
  return { text, keys }
}
