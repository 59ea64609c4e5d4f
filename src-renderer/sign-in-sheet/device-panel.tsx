import { Fragment } from 'react'
import type { DeviceCode } from '#shared/device-code.ts'
import type { Result } from '#shared/problem.ts'
import { deviceText } from '../text/device-text.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import styles from './device.module.css'
import { QrCode } from './qr-code.tsx'

type Props = { readonly device: DeviceCode; readonly copy: () => Promise<Result<null>> }

/** The code to type on another device, and the same as a picture for its camera. */
export function DevicePanel({ device, copy }: Props) {
  const { userCode, verificationUri, verificationUriComplete } = device
  return (
    <div className={styles['panel']}>
      <div className={styles['words']}>
        <p>{deviceText.lead}</p>
        <p className={styles['address']}>
          <bdi>
            <Address address={verificationUri} />
          </bdi>
        </p>
        <output className={styles['code']} aria-label={deviceText.code}>
          <bdi>{userCode}</bdi>
        </output>
        <CopyButton label={deviceText.copy} copy={copy} isFirst />
        <p className={styles['scan']}>
          {verificationUriComplete === null ? deviceText.scanPlain : deviceText.scan}
        </p>
      </div>
      <QrCode address={verificationUriComplete ?? verificationUri} />
    </div>
  )
}

/** The address as people type it, without the scheme; a line ends after a slash. */
function Address({ address }: { readonly address: string }) {
  const parts = address.replace(/^https:\/\//, '').split(/(?<=\/)/)
  return parts.map((part, place) => (
    <Fragment key={place}>
      {part}
      <wbr />
    </Fragment>
  ))
}
