import { Check, Copy } from 'lucide-react'
import { Fragment, useEffect, useState } from 'react'
import type { DeviceCode } from '#shared/device-code.ts'
import type { Result } from '#shared/problem.ts'
import { deviceText } from '../text/device-text.ts'
import { Button } from '../ui/button.tsx'
import styles from './device.module.css'
import { QrCode } from './qr-code.tsx'

const COPIED_FOR = 2000

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
        <CopyCode copy={copy} />
        <p className={styles['scan']}>
          {verificationUriComplete === null ? deviceText.scanPlain : deviceText.scan}
        </p>
      </div>
      <QrCode address={verificationUriComplete ?? verificationUri} />
    </div>
  )
}

function CopyCode({ copy }: Pick<Props, 'copy'>) {
  const [copied, setCopied] = useState(0)
  useEffect(() => {
    if (copied === 0) return
    const timer = setTimeout(() => setCopied(0), COPIED_FOR)
    return () => clearTimeout(timer)
  }, [copied])
  async function press(): Promise<void> {
    if ((await copy()).ok) setCopied((times) => times + 1)
  }
  const Icon = copied === 0 ? Copy : Check
  return (
    <div className={styles['copy']}>
      <Button data-first onClick={() => void press()}>
        <Icon size={16} aria-hidden="true" />
        {deviceText.copy}
      </Button>
      <span aria-live="polite">{copied === 0 ? '' : deviceText.copied}</span>
    </div>
  )
}

/** As people type it, without the scheme; a line ends after a slash. */
function Address({ address }: { readonly address: string }) {
  const parts = address.replace(/^https:\/\//, '').split(/(?<=\/)/)
  return parts.map((part, place) => (
    // oxlint-disable-next-line react/no-array-index-key -- the parts of one address have no other name
    <Fragment key={place}>
      {part}
      <wbr />
    </Fragment>
  ))
}
