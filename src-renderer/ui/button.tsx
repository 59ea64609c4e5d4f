import type { ComponentProps } from 'react'
import { cx } from './cx.ts'
import styles from './button.module.css'

export type ButtonLook = 'plain' | 'primary' | 'quiet' | 'danger' | 'danger-fill'

type Props = ComponentProps<'button'> & {
  readonly look?: ButtonLook
  readonly size?: 'normal' | 'small' | 'icon'
  readonly wide?: boolean
}

export function buttonClass(
  look: ButtonLook,
  size: 'normal' | 'small' | 'icon' = 'normal',
  wide = false
): string {
  return cx(styles['button'], styles[look], styles[size], wide && styles['wide'])
}

export function Button({ look = 'plain', size = 'normal', wide = false, className, ...rest }: Props) {
  return <button type="button" {...rest} className={cx(buttonClass(look, size, wide), className)} />
}
