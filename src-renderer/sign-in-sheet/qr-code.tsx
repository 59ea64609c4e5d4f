import { useMemo } from 'react'
import { deviceText } from '../text/device-text.ts'
import styles from './device.module.css'
import { qrPath } from './qr-path.ts'

/** Dark on light in every theme, because some cameras can't read the inverse. */
export function QrCode({ address }: { readonly address: string }) {
  const { size, path } = useMemo(() => qrPath(address), [address])
  return (
    <svg
      className={styles['qr']}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={deviceText.qr(address)}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  )
}
