import { dirname } from 'node:path'
import { VaultError } from '#shared/problem.ts'
import { KeyedQueue } from '../../core/keyed-queue.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { envNames, envValue, withEnvValue, withoutEnvValue } from './env-file-text.ts'
import { makePrivateDirs, readPrivateFile } from '../files/private-files.ts'

const LARGEST_TEXT = 1_048_576
const validName = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/

/**
 * Throws INVALID_REQUEST unless the name is that of an environment variable; the message does not quote it.
 */
export function assertEnvName(name: string): void {
  if (validName.test(name)) return
  throw new VaultError('INVALID_REQUEST', {
    message:
      'The name of a setting must be 1 to 100 letters, digits or underscores and not begin with a digit.'
  })
}

/**
 * The settings in a `.env` file. Comments, unknown lines and the order of the file are kept; the file is for
 * its owner alone (0600). Every method throws CREDENTIAL_UNREADABLE, with the file untouched, if the file is
 * a link, of another user, larger than 1 MiB or not UTF-8.
 */
export class EnvFile {
  readonly #path: string
  readonly #queue = new KeyedQueue()

  constructor(path: string) {
    this.#path = path
  }

  /** Returns the value. Null: there is no such setting, or no file. */
  async get(name: string): Promise<string | null> {
    return envValue(await this.#inTurn(() => this.#read()), name)
  }

  /** Returns the names, sorted. */
  async names(): Promise<string[]> {
    return envNames(await this.#inTurn(() => this.#read()))
  }

  /**
   * Sets a value, durable when it resolves. Throws INVALID_REQUEST, and STORE_WRITE_FAILED with the old file
   * unchanged.
   */
  async set(name: string, value: string): Promise<void> {
    assertEnvName(name)
    if (!value.isWellFormed() || value.includes('\0')) {
      throw new VaultError('INVALID_REQUEST', {
        message: 'The value of a setting must be text without NUL or half characters.'
      })
    }
    await this.#inTurn(async () => {
      const text = withEnvValue(await this.#read(), name, value)
      if (envValue(text, name) !== value) throw new VaultError('INTERNAL')
      await this.#write(text)
    })
  }

  /**
   * Removes a setting. Throws STORE_WRITE_FAILED with the old file unchanged. False: there was no such
   * setting.
   */
  async remove(name: string): Promise<boolean> {
    return await this.#inTurn(async () => {
      const text = await this.#read()
      if (envValue(text, name) === null) return false
      await this.#write(withoutEnvValue(text, name))
      return true
    })
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(this.#path, task)
  }

  async #read(): Promise<string> {
    const text = await readPrivateFile(this.#path).catch((error: unknown) => {
      throw unreadable(error)
    })
    // An unreadable character would be lost when the text is written back.
    if (text !== null && (text.length > LARGEST_TEXT || text.includes('\ufffd'))) throw unreadable()
    return text ?? ''
  }

  async #write(text: string): Promise<void> {
    if (text.length > LARGEST_TEXT) {
      throw new VaultError('INVALID_REQUEST', { message: 'The .env file would become larger than 1 MiB.' })
    }
    try {
      makePrivateDirs(dirname(this.#path))
    } catch (error) {
      throw new VaultError('STORE_WRITE_FAILED', { cause: error })
    }
    await writeFileAtomic(this.#path, text)
  }
}

function unreadable(cause?: unknown): VaultError {
  return new VaultError('CREDENTIAL_UNREADABLE', {
    message:
      'The .env file can’t be read and was left untouched. It must be your own file, in UTF-8, of at most 1 MiB.',
    cause
  })
}
