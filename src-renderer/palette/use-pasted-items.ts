import { type ClipboardEvent, useEffect, useRef, useState } from 'react'
import type { ProviderChoice } from '#shared/provider-choice.ts'
import { freeAccount } from '../fields/key-form.ts'
import { handOn, takeHanded } from '../find/handed.ts'
import { pastedIn } from '../find/pasted.ts'
import { useReady, useVault } from '../state/vault-context.tsx'
import { useWindow } from '../state/window-context.tsx'
import { type AddStart, withFocus } from '../state/window-state.ts'
import { hostOf } from '../text/address-text.ts'
import { keyText } from '../text/add-text.ts'
import { paletteText } from '../text/palette-text.ts'
import { useTell } from '../toasts/toaster.tsx'
import type { PaletteItem } from './palette-items.ts'

/** What was pasted, as far as the window may keep it: of a secret only its mask. */
type Seen =
  | { readonly kind: 'key'; readonly provider: ProviderChoice | null; readonly mask: string }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'several' }

/** The lines for what was pasted. A secret is in no state: it waits in a ref until it is used, or the palette closes. */
export function usePastedItems() {
  const { providers, credentials } = useReady()
  const { bridge } = useVault()
  const { commands, update } = useWindow()
  const tell = useTell()
  const secret = useRef('')
  const [seen, setSeen] = useState<Seen | null>(null)

  function onPaste(event: ClipboardEvent): void {
    const text = event.clipboardData.getData('text')
    if (pastedIn(text, providers).kind === 'words') return
    event.preventDefault()
    see(text)
  }
  function see(text: string): void {
    const pasted = pastedIn(text, providers)
    if (pasted.kind === 'words') return
    if (pasted.kind === 'address') return setSeen(pasted)
    secret.current = pasted.kind === 'key' ? text.trim() : text
    setSeen(
      pasted.kind === 'key'
        ? { kind: 'key', provider: pasted.provider, mask: maskOf(text.trim(), pasted.provider) }
        : { kind: 'several' }
    )
  }
  // What was pasted into the list opened the palette.
  const first = useRef(see)
  useEffect(() => {
    const text = takeHanded()
    if (text !== null) first.current(text)
  }, [first])
  function take(): string {
    const text = secret.current
    secret.current = ''
    return text
  }
  const add = (start: AddStart): void => commands.show({ kind: 'add', start })
  function hand(start: AddStart): void {
    handOn(take())
    add(start)
  }
  async function save({ id, name, allowedHosts }: ProviderChoice, account: string): Promise<void> {
    const wish = {
      service: id,
      name,
      account,
      allowedHosts: [...allowedHosts],
      expiresAt: null,
      replace: false
    }
    commands.close()
    const result = await bridge.addApiKey({ ...wish, key: take() })
    if (!result.ok) return tell.failed(result.problem, { name })
    const added = result.value
    update((before) => withFocus({ ...before, selected: added.id }, 'list'))
    tell.done(keyText.saved(name), undefined, {
      label: paletteText.undo,
      run: () => void commands.remove([added])
    })
  }

  function items(): readonly PaletteItem[] {
    if (seen === null) return []
    if (seen.kind === 'several') {
      const { several: label, severalMeans: sub } = paletteText
      return [{ id: 'pasted', label, sub, run: () => hand({ kind: 'import-text' }) }]
    }
    if (seen.kind === 'address') {
      const { address } = seen
      const host = hostOf(address)
      return [
        { id: 'sign-in', label: paletteText.signInAt(host), run: () => add({ kind: 'custom', address }) },
        { id: 'mcp', label: paletteText.mcpAt(host), run: () => add({ kind: 'mcp', address }) }
      ]
    }
    const { provider, mask } = seen
    if (provider === null) {
      const label = paletteText.keyOfUnknown(mask)
      return [
        { id: 'pasted', label, sub: paletteText.chooses, run: () => hand({ kind: 'key', provider: null }) }
      ]
    }
    const account = freeAccount(provider.id, (id) => credentials.has(id))
    return [
      {
        id: 'pasted',
        label: paletteText.keyOf(provider.name, mask),
        sub: paletteText.savesAs(account),
        run: () => void save(provider, account)
      }
    ]
  }
  return {
    onPaste,
    /** Null: nothing was pasted that is no word. */
    items: seen === null ? null : items(),
    forget: () => {
      take()
      setSeen(null)
    }
  }
}

/** The public first letters of the service and the last two of the key. */
function maskOf(key: string, provider: ProviderChoice | null): string {
  const known = provider?.keyPrefixes.filter((prefix) => key.startsWith(prefix)) ?? []
  const prefix = known.toSorted((a, b) => b.length - a.length)[0] ?? ''
  return `${prefix}••••${key.slice(-2)}`
}
