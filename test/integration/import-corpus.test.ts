import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CredentialRef } from '#shared/credential.ts'
import type { ImportPreview, ImportReport } from '#shared/transfer.ts'
import type { Credential } from '../../src-main/core/credential-record.ts'
import { FakeClock } from '../../src-main/core/testing/fake-clock.ts'
import { MemoryRepository } from '../../src-main/core/testing/memory-repository.ts'
import { START } from '../../src-main/core/testing/samples.ts'
import { ImportService } from '../../src-main/core/transfer/import-service.ts'
import { apiKeyRows } from '../../src-main/oauth/providers/providers.ts'
import {
  decodeCredential,
  encodeCredential,
  isSameRecord
} from '../../src-main/storage/records/credential-codec.ts'
import { createImportReader } from '../../src-main/storage/transfer/import-reader.ts'
import { readImportFile } from '../../src-main/storage/transfer/source-file.ts'
import { type CorpusFile, importCorpus } from '../support/import-corpus.ts'

/** A memory repository whose records pass through the stored text. */
class StoredRepository extends MemoryRepository {
  override async load(ref: CredentialRef): Promise<Credential | null> {
    const held = await super.load(ref)
    return held && decodeCredential(encodeCredential(held), ref)
  }
}

type Result = {
  /** Null: the file was refused as a whole, in one sentence. */
  readonly preview: Extract<ImportPreview, { kind: 'rows' }> | null
  readonly report: ImportReport | null
  readonly stored: string
  /** Text of the file after the import. Empty: the file is gone. */
  readonly left: string
}

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-corpus-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Imports every row that can be imported, and lets the plaintext be taken out. */
async function imported({ fileName, text }: CorpusFile): Promise<Result> {
  const path = join(folder, fileName)
  await writeFile(path, text)
  const repository = new StoredRepository()
  const clock = new FakeClock(START)
  const service = new ImportService({
    clock,
    newId: () => 'one',
    reader: createImportReader({ clock, services: apiKeyRows, providerOf: (row) => row }),
    repository,
    current: (ref) => repository.load(ref),
    exclusively: async (_ref, task) => await task(),
    hostsOf: () => null,
    isEqual: isSameRecord,
    onImported: () => undefined
  })
  const read = await readImportFile(path, fileName)
  const preview = await service.preview(read).catch((error: { code: string }) => {
    expect(error).toMatchObject({ name: 'VaultError', code: 'INVALID_REQUEST' })
    return null
  })
  const rows = preview?.kind === 'rows' ? preview.rows.filter(({ state }) => state !== 'refused') : []
  const report =
    preview === null
      ? null
      : await service.run({
          id: 'one',
          rows: rows.map(({ index }) => index),
          replace: false,
          removePlaintext: true
        })
  return {
    preview: preview?.kind === 'rows' ? preview : null,
    report,
    stored: repository.saved.map((credential) => encodeCredential(credential)).join('\n'),
    left: await readFile(path, 'utf8').catch(() => '')
  }
}

describe('of everything in a file', () => {
  it('has enough files to say so', () => {
    expect(importCorpus.length).toBeGreaterThanOrEqual(150)
    expect(importCorpus.every(({ secrets }) => secrets.length > 0)).toBe(true)
  })

  it.each(importCorpus.map((file) => [file.name, file] as const))(
    'each secret is stored or named, and what is not stored stays: %s',
    async (_name, file) => {
      const { preview, report, stored, left } = await imported(file)
      const lost = file.secrets.filter((secret) => !stored.includes(secret) && !left.includes(secret))
      expect(lost).toEqual([])
      expect(file.beside.filter((text) => !left.includes(text))).toEqual([])
      const unstored = file.secrets.filter((secret) => !stored.includes(secret))
      const noted = preview?.rows.filter(({ note }) => note !== null) ?? []
      const named = preview === null ? Infinity : noted.length + preview.skipped.length
      expect(named).toBeGreaterThanOrEqual(file.isOneEntry ? Math.min(1, unstored.length) : unstored.length)
      expect(report?.rows.filter(({ result }) => result === 'failed') ?? []).toEqual([])
      if (report?.plaintext === 'removed') {
        expect(file.secrets.filter((secret) => stored.includes(secret) && left.includes(secret))).toEqual([])
      } else expect(left).toBe(file.text)
      expect(JSON.stringify([preview, report])).not.toMatch(/s3cr3t\d{4}abcdefghij/)
    }
  )
})
