import { Select } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import { relayText } from '../text/relay-text.ts'
import { useLayer } from '../ui/layer.tsx'
import menu from '../ui/menu.module.css'
import styles from './relay.module.css'

type Props = {
  readonly hosts: readonly string[]
  readonly host: string
  readonly onChange: (host: string) => void
}

/** The choice among the hosts that a credential may be sent to. */
export function HostField({ hosts, host, onChange }: Props) {
  const layer = useLayer()
  return (
    <Select.Root
      items={hosts.map((value) => ({ value, label: value }))}
      value={host}
      onValueChange={(next) => next !== null && onChange(next)}
    >
      <div className={styles['host']}>
        <Select.Label className={styles['hostLabel']}>{relayText.host}</Select.Label>
        <Select.Trigger className={styles['select']}>
          <Select.Value />
          <Select.Icon>
            <ChevronDown size={16} aria-hidden="true" />
          </Select.Icon>
        </Select.Trigger>
      </div>
      <Select.Portal {...layer}>
        <Select.Positioner
          positionMethod="fixed"
          className={menu['positioner']}
          sideOffset={4}
          alignItemWithTrigger={false}
        >
          <Select.Popup className={menu['popup']}>
            <Select.List>
              {hosts.map((value) => (
                <Select.Item key={value} value={value} className={menu['item']}>
                  <span className={menu['check']}>
                    <Select.ItemIndicator>
                      <Check size={16} aria-hidden="true" />
                    </Select.ItemIndicator>
                  </span>
                  <Select.ItemText>{value}</Select.ItemText>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  )
}
