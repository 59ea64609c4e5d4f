import { Check, Plus, TriangleAlert } from 'lucide-react'
import { Logo, Mark } from '../brand/mark.tsx'
import { useReady } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { addText } from '../text/add-text.ts'
import { commonText } from '../text/common-text.ts'
import { importText } from '../text/import-text.ts'
import { screenText, storageText } from '../text/list-text.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import styles from './screens.module.css'

/** Ids of what most people keep first. */
const firstServices = ['openai', 'anthropic', 'github', 'google', 'slack-oauth', 'stripe']

/** One sentence, the store of future secrets, and the way to the first credential. */
export function FirstRun() {
  const { commands } = useWindow()
  const { state } = useReady().storage
  const hasStore = state === 'healthy' || state === 'degraded'
  return (
    <div className={styles['first']}>
      <Logo className={styles['logo']} />
      <h2>{screenText.emptyTitle}</h2>
      <p>{screenText.emptyBody}</p>
      <ol className={styles['steps']}>
        {hasStore ? <StorageStep /> : <NoStoreStep />}
        <li>
          <span className={styles['number']}>2</span>
          <strong className={styles['grow']}>{screenText.emptyAdd}</strong>
          <Button onClick={() => commands.show({ kind: 'add', start: { kind: 'key', provider: null } })}>
            {addText.pasteKey}
          </Button>
          <Button
            look={hasStore ? 'primary' : 'plain'}
            onClick={() => commands.show({ kind: 'add', start: { kind: 'nothing' } })}
          >
            <Plus size={16} aria-hidden="true" />
            {commonText.add}
          </Button>
        </li>
      </ol>
      <Suggestions />
      <p className={styles['or']}>
        {importText.fromEmpty[0]}
        <button
          type="button"
          className={styles['link']}
          onClick={() => commands.show({ kind: 'add', start: { kind: 'import', path: null } })}
        >
          {importText.fromEmpty[1]}
        </button>
        {importText.fromEmpty[2]}
      </p>
    </div>
  )
}

/** Names the store before it has a secret. */
function StorageStep() {
  const { state, label } = useReady().storage
  const { commands } = useWindow()
  const isHealthy = state === 'healthy'
  const Icon = isHealthy ? Check : TriangleAlert
  return (
    <li>
      <span className={cx(styles['number'], isHealthy ? styles['ok'] : styles['notice'])}>
        <Icon size={16} aria-hidden="true" />
      </span>
      <span className={styles['grow']}>{screenText.emptyStorage(label)}</span>
      {isHealthy ? (
        <span className={styles['faint']}>{screenText.emptyChecked}</span>
      ) : (
        <Button onClick={() => commands.show({ kind: 'storage' })}>{screenText.emptyLook}</Button>
      )}
    </li>
  )
}

/** Without a keychain a passphrase comes first; what is weaker is behind the link. */
function NoStoreStep() {
  const { commands } = useWindow()
  return (
    <li className={styles['ways']}>
      <span className={cx(styles['number'], styles['notice'])}>
        <TriangleAlert size={16} aria-hidden="true" />
      </span>
      <span className={styles['grow']}>
        {screenText.emptyStorageNone}
        <br />
        <span className={styles['faint']}>{screenText.emptyPassphraseMeans}</span>
      </span>
      <span className={styles['wayButtons']}>
        <Button look="primary" onClick={() => commands.show({ kind: 'move', to: 'passphrase' })}>
          {screenText.emptyPassphrase}
        </Button>
        <Button onClick={() => void commands.checkStorage()}>{storageText.checkAgain}</Button>
        <button type="button" className={styles['link']} onClick={() => commands.show({ kind: 'storage' })}>
          {screenText.emptyOther}
        </button>
      </span>
    </li>
  )
}

function Suggestions() {
  const { providers } = useReady()
  const { commands } = useWindow()
  const suggested = firstServices.flatMap((id) => providers.find((each) => each.id === id) ?? [])
  return (
    <>
      {suggested.length > 0 && <span className={styles['faint']}>{screenText.emptyStart}</span>}
      <ul className={styles['start']}>
        {suggested.map(({ id, kind, name }) => (
          <li key={id}>
            <button
              type="button"
              className={styles['tile']}
              onClick={() =>
                commands.show({
                  kind: 'add',
                  start: { kind: kind === 'api-key' ? 'key' : 'provider', provider: id }
                })
              }
            >
              <Mark service={id} name={name} />
              {name}
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
