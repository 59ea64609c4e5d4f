import { Menu } from '@base-ui/react/menu'
import { ChevronDown } from 'lucide-react'
import { useWindow } from '../state/window-context.tsx'
import { importText } from '../text/import-text.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { useLayer } from '../ui/layer.tsx'
import menu from '../ui/menu.module.css'

/** Opens the import with a file that the doctor found: a button for one, a menu for several. */
export function ImportAction({ files }: { readonly files: readonly string[] }) {
  const { commands } = useWindow()
  const layer = useLayer()
  const begin = (path: string) => commands.show({ kind: 'add', start: { kind: 'import', path } })
  const [first] = files
  if (first === undefined) return null
  if (files.length === 1) {
    return (
      <Button size="small" aria-label={importText.importFile(first)} onClick={() => begin(first)}>
        {importText.importButton}
      </Button>
    )
  }
  return (
    <Menu.Root>
      <Menu.Trigger className={buttonClass('plain', 'small')} aria-label={importText.importFiles}>
        {importText.importButton}
        <ChevronDown size={14} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal {...layer}>
        <Menu.Positioner align="end" positionMethod="fixed" sideOffset={4} className={menu['positioner']}>
          <Menu.Popup className={menu['popup']}>
            {files.map((path) => (
              <Menu.Item key={path} className={menu['item']} onClick={() => begin(path)}>
                <span className={menu['path']}>{path}</span>
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
