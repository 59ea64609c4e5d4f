import { useWindow } from '../state/window-context.tsx'
import { shortcutText } from '../text/detail-text.ts'
import { DialogBody, DialogFrame } from '../ui/dialog-frame.tsx'
import { isMac } from '../ui/platform.ts'
import { type ShortcutRow, shortcutRows } from './shortcut-rows.ts'
import styles from './shortcuts.module.css'

export function ShortcutSheet({ open }: { readonly open: boolean }) {
  const { commands } = useWindow()
  const { everywhere, inList } = shortcutRows(isMac())
  return (
    <DialogFrame title={shortcutText.title} open={open} onClose={commands.close} size="wide">
      <DialogBody>
        <div className={styles['groups']}>
          <Group title={shortcutText.everywhere} rows={everywhere} />
          <Group title={shortcutText.inList} rows={inList} />
        </div>
      </DialogBody>
    </DialogFrame>
  )
}

function Group({ title, rows }: { readonly title: string; readonly rows: readonly ShortcutRow[] }) {
  return (
    <section>
      <h3 className={styles['title']}>{title}</h3>
      <dl className={styles['rows']}>
        {rows.map(({ text, keys }) => (
          <div key={text}>
            <dt>{text}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
