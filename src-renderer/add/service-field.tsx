import { Select } from '@base-ui/react/select'
import { Check, ChevronDown } from 'lucide-react'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import { Mark } from '../brand/mark.tsx'
import { keyText } from '../text/add-text.ts'
import { useLayer } from '../ui/layer.tsx'
import menu from '../ui/menu.module.css'
import styles from './add.module.css'

type Props = {
  readonly providers: readonly ProviderChoice[]
  readonly provider: ProviderChoice | null
  readonly onChange: (provider: ProviderChoice | null) => void
}

const OTHER = ''

export function ServiceField({ providers, provider, onChange }: Props) {
  const items = [
    ...providers.map(({ id, name }) => ({ value: id, label: name })),
    { value: OTHER, label: keyText.otherService }
  ]
  const layer = useLayer()
  return (
    <Select.Root
      items={items}
      value={provider?.id ?? OTHER}
      onValueChange={(id) => onChange(providers.find((each) => each.id === id) ?? null)}
    >
      <div>
        <Select.Label className={styles['selectLabel']}>{keyText.service}</Select.Label>
        <Select.Trigger className={styles['select']}>
          {provider !== null && <Mark service={provider.id} name={provider.name} size="small" />}
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
          <Select.Popup className={styles['popup']}>
            <Select.List>
              {items.map(({ value, label }) => (
                <Select.Item key={value} value={value} className={menu['item']}>
                  <span className={menu['check']}>
                    <Select.ItemIndicator>
                      <Check size={16} aria-hidden="true" />
                    </Select.ItemIndicator>
                  </span>
                  <Select.ItemText>{label}</Select.ItemText>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  )
}
