import { Eye, EyeOff } from 'lucide-react'
import { keyText } from '../text/add-text.ts'
import { Button } from './button.tsx'

type Props = {
  readonly shown: boolean
  readonly onShow: (shown: boolean) => void
  /** The name of the field, if there are several. */
  readonly label?: string
}

/** The button of a field for a secret: shows the typed text, and hides it again. */
export function ShowButton({ shown, onShow, label }: Props) {
  const Icon = shown ? EyeOff : Eye
  const word = shown ? keyText.hide : keyText.show
  return (
    <Button
      size="small"
      look="quiet"
      data-own-focus
      aria-pressed={shown}
      aria-label={label === undefined ? undefined : `${word} ${label}`}
      onClick={() => onShow(!shown)}
    >
      <Icon size={14} strokeWidth={2} aria-hidden="true" />
      {word}
    </Button>
  )
}
