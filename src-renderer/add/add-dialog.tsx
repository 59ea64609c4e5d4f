import { Tabs } from '@base-ui/react/tabs'
import { useWindow } from '../state/window-context.tsx'
import type { AddStart } from '../state/window-state.ts'
import { addText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { ImportTab } from '../import/import-tab.tsx'
import { importText } from '../text/import-text.ts'
import { mcpText } from '../text/mcp-text.ts'
import { DialogFrame } from '../ui/dialog-frame.tsx'
import styles from './add.module.css'
import { CustomTab } from './custom-tab.tsx'
import { KeyTab } from './key-tab.tsx'
import { McpTab } from './mcp-tab.tsx'
import { ProviderTab } from './provider-tab.tsx'

/** A tab is discarded together with its text when the person leaves it. */
export function AddDialog({ start }: { readonly start: AddStart }) {
  const { commands } = useWindow()
  const replaced = start.kind === 'replace-key' ? start.credential : null
  const title = replaced === null ? addText.title : commonText.replaceKey
  return (
    <DialogFrame title={title} open onClose={commands.close} size="wide" keepOnOutsidePress>
      {replaced === null ? (
        <Tabs.Root defaultValue={tabOf(start)} className={styles['tabs']}>
          <Tabs.List className={styles['list']} activateOnFocus={false}>
            <Tabs.Tab value="provider" className={styles['tab']}>
              {addText.tabs.provider}
            </Tabs.Tab>
            <Tabs.Tab value="key" className={styles['tab']}>
              {addText.tabs.key}
            </Tabs.Tab>
            <Tabs.Tab value="custom" className={styles['tab']}>
              {addText.tabs.custom}
            </Tabs.Tab>
            <Tabs.Tab value="mcp" className={styles['tab']}>
              {mcpText.tab}
            </Tabs.Tab>
            <Tabs.Tab value="import" className={styles['tab']}>
              {importText.tab}
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="provider" className={styles['panel']}>
            <ProviderTab first={start.kind === 'provider' ? start.provider : null} />
          </Tabs.Panel>
          <Tabs.Panel value="key" className={styles['panel']}>
            <KeyTab replaced={null} first={start.kind === 'key' ? start.provider : null} />
          </Tabs.Panel>
          <Tabs.Panel value="custom" className={styles['panel']}>
            <CustomTab />
          </Tabs.Panel>
          <Tabs.Panel value="mcp" className={styles['panel']}>
            <McpTab />
          </Tabs.Panel>
          <Tabs.Panel value="import" className={styles['panel']}>
            <ImportTab path={start.kind === 'import' ? start.path : null} />
          </Tabs.Panel>
        </Tabs.Root>
      ) : (
        <KeyTab replaced={replaced} first={null} />
      )}
    </DialogFrame>
  )
}

function tabOf({ kind }: AddStart): 'provider' | 'key' | 'import' {
  return kind === 'import' || kind === 'key' ? kind : 'provider'
}
