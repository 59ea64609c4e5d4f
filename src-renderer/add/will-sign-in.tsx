import { addText } from '../text/add-text.ts'
import styles from './add.module.css'

type Props = { readonly surface: keyof typeof addText.willSignIn; readonly host: string }

/** Says where the sign-in takes place, with the host highlighted. */
export function WillSignIn({ surface, host }: Props) {
  const [before, name, after] = addText.willSignIn[surface](host)
  return (
    <span>
      {before}
      <b className={styles['strong']}>{name}</b>
      {after}
    </span>
  )
}
