import { Tooltip } from '@base-ui/react/tooltip'
import type { ComponentProps } from 'react'
import { buttonClass } from './button.tsx'
import { useLayer } from './layer.tsx'
import styles from './tooltip.module.css'

type Props = Omit<ComponentProps<'button'>, 'aria-label'> & { readonly label: string }

/** A button that is only an icon: its name is read out, and shown on hover and on focus. */
export function IconButton({ label, children, ...rest }: Props) {
  const layer = useLayer()
  return (
    <Tooltip.Root>
      <Tooltip.Trigger type="button" aria-label={label} className={buttonClass('quiet', 'icon')} {...rest}>
        {children}
      </Tooltip.Trigger>
      <Tooltip.Portal {...layer}>
        <Tooltip.Positioner positionMethod="fixed" sideOffset={6} className={styles['positioner']}>
          <Tooltip.Popup className={styles['tooltip']}>{label}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
