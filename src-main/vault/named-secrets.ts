import type { NamedGroup, NamedValue, NamedView } from '#shared/broker/named.ts'
import { type CredentialRef, DEFAULT_ACCOUNT } from '#shared/credential.ts'
import { VaultError } from '#shared/problem.ts'
import type { NamedSecrets } from '../broker/named-answers.ts'
import type { CatalogEntry } from '../core/credential-record.ts'
import { SAVED_KEYS } from '../core/meant-entries.ts'
import type { CredentialRepository } from '../core/ports.ts'
import { Secret } from '../core/secret.ts'
import { parseJson } from '../storage/files/json-text.ts'
import { serviceFor } from '../storage/views/named-slug.ts'
import { readKeyfile } from '../storage/views/tool-key-file.ts'
import type { VaultViews } from './views.ts'

type Basis = {
  readonly views: VaultViews
  readonly repository: Pick<CredentialRepository, 'find' | 'list'>
}

/** The views of the store as groups of named secrets, for the commands. */
export function namedSecrets(basis: Basis): (group: NamedGroup) => NamedSecrets {
  return (group) => {
    switch (group.view) {
      case 'key':
        return ownKeys(basis)
      case 'tool-key':
        return toolKeys(basis)
      case 'mcp-token':
        return mcpTokens(basis)
      case 'extension':
        return extensionSettings(basis, group)
    }
  }
}

function ownKeys({ views, repository }: Basis): NamedSecrets {
  const refOf = (name: string): CredentialRef => ({ service: SAVED_KEYS, account: name })
  const found = (name: string) => repository.find(refOf(name))
  return {
    list: async () => {
      const names = await (await views.providerKeys.get()).listKeys()
      return names.map((name) => viewOf(name, found(name)))
    },
    entry: async (name) => ((await (await views.providerKeys.get()).hasKey(name)) ? found(name) : null),
    set: async (name, value) => {
      if (value.kind !== 'secret') throw unfit('A key is given by its value.')
      await (await views.providerKeys.get()).saveKey(name, value.value, value.hosts)
    },
    remove: async (name) => await (await views.providerKeys.get()).deleteKey(name)
  }
}

function toolKeys({ views, repository }: Basis): NamedSecrets {
  const found = (tool: string) => repository.find({ service: `tool.${tool}`, account: DEFAULT_ACCOUNT })
  return {
    list: async () => {
      const keys = await views.toolKeys.get()
      const rows = keys.tools().map(async ({ tool }): Promise<NamedView> => {
        const path = await keys.getKeyfilePath(tool)
        const view = viewOf(tool, found(tool))
        return { ...view, path, kind: view.kind === 'none' && path !== null ? 'file' : view.kind }
      })
      return await Promise.all(rows)
    },
    entry: async (tool) => ((await (await views.toolKeys.get()).hasKey(tool)) ? found(tool) : null),
    set: async (tool, value) => {
      const keys = await views.toolKeys.get()
      if (value.kind === 'file') return await keys.setKeyfilePath(tool, value.path)
      if (value.kind === 'secret') {
        withoutHosts(value)
        return await keys.saveKey(tool, value.value)
      }
      const path = value.path ?? (await keys.getKeyfilePath(tool))
      if (path === null) throw unfit('No key file is set for this tool. Name the file.')
      await (await readKeyfile(path)).expose((text) => keys.saveKey(tool, text))
    },
    remove: async (tool) => {
      const keys = await views.toolKeys.get()
      const hadFile = await keys.clearKeyfilePath(tool)
      return (await keys.deleteKey(tool)) || hadFile
    }
  }
}

function mcpTokens({ views, repository }: Basis): NamedSecrets {
  const found = (server: string) =>
    repository.find({ service: serviceFor('mcp', server), account: DEFAULT_ACCOUNT })
  return {
    list: async () => {
      const names = await (await views.mcpTokens.get()).listServers()
      return names.map((name) => viewOf(name, found(name)))
    },
    entry: async (server) => found(server),
    set: async (server, value) => {
      if (value.kind !== 'secret') throw unfit('The tokens of a server are given as JSON.')
      withoutHosts(value)
      await (await views.mcpTokens.get()).setCredentials(ofServer(server, value.value))
    },
    remove: async (server) => await (await views.mcpTokens.get()).deleteCredentials(server)
  }
}

/** The credentials of this server. Throws INVALID_REQUEST if they are no object, or those of another server. */
function ofServer(server: string, text: string): object {
  const given = parseJson(text)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw unfit('The tokens of a server are one object in JSON, as an MCP host writes it.')
  }
  const whole: { readonly serverName?: unknown } = { serverName: server, ...given }
  if (whole.serverName === server) return whole
  throw unfit('The JSON names another server. Give the name that stands in it.')
}

function extensionSettings(
  { views, repository }: Basis,
  { extension, folder }: Extract<NamedGroup, { view: 'extension' }>
): NamedSecrets {
  const settings = views.extensionSettings(extension, folder)
  const found = (name: string) =>
    repository.find({ service: serviceFor('extension', extension), account: name })
  return {
    list: async () =>
      (await settings.list()).map(({ kind, name }) =>
        kind === 'secret' ? viewOf(name, found(name)) : { ...viewOf(name, null), kind }
      ),
    entry: async (name) => found(name),
    set: async (name, value) => {
      if (value.kind === 'file') throw unfit('An extension has no key file.')
      if (value.kind === 'secret') {
        withoutHosts(value)
        return await settings.set({ kind: 'secret', name, value: new Secret(value.value) })
      }
      const plain = await settings.get(name)
      if (plain?.kind !== 'plain') throw unfit('No plain setting of that name is in the .env.')
      await settings.set({ kind: 'secret', name, value: new Secret(plain.value) })
    },
    remove: async (name) => await settings.remove(name)
  }
}

function viewOf(name: string, entry: CatalogEntry | null): NamedView {
  const known = {
    name,
    masked: entry?.masked ?? null,
    hosts: [...(entry?.allowedHosts ?? [])],
    path: null,
    savedAt: entry?.obtainedAt.toISOString() ?? null
  }
  return { ...known, kind: entry === null ? 'none' : 'secret' }
}

function withoutHosts({ hosts }: Extract<NamedValue, { kind: 'secret' }>): void {
  if (hosts !== null) throw unfit('Hosts are given only for your own keys.')
}

const unfit = (message: string): VaultError => new VaultError('INVALID_REQUEST', { message })
