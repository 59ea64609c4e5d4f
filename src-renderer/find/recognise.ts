import type { ProviderChoice } from '#shared/provider-choice.ts'

/** Returns the provider whose public prefix the key has; the longest prefix wins (`sk-ant-` before `sk-`). */
export function recognise(key: string, providers: readonly ProviderChoice[]): ProviderChoice | null {
  let best: { readonly provider: ProviderChoice; readonly length: number } | null = null
  for (const provider of providers) {
    if (provider.kind !== 'api-key') continue
    for (const prefix of provider.keyPrefixes) {
      if (key.startsWith(prefix) && prefix.length > (best?.length ?? 0))
        best = { provider, length: prefix.length }
    }
  }
  return best?.provider ?? null
}

const otherForms = {
  awsKeyId: /^A[KS]IA[A-Z0-9]{12,}$/,
  shopify: /^shp(?:at|ca|pa|ss)_/,
  webhook: /^whsec_/,
  jwt: /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*$/
} as const

/** Returns what a text looks like that is no key of a known service; null if that is not known either. */
export function otherFormOf(text: string): keyof typeof otherForms | null {
  const names = Object.keys(otherForms) as (keyof typeof otherForms)[]
  return names.find((name) => otherForms[name].test(text)) ?? null
}
