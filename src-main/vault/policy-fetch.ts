import { type NetworkFetch, networkFetch } from '../broker/network-fetch.ts'
import { homeLayout } from '../home/home-layout.ts'
import { PolicySource } from '../storage/policy/policy-source.ts'

/**
 * The network of a vault without windows: proxy and authorities are those of policy.yaml in this home, read again
 * when it changes. While the file is not valid, nothing is sent. See `networkFetch`.
 */
export function policyFetch(home: string): NetworkFetch {
  const policies = new PolicySource(homeLayout(home).policy)
  return networkFetch(async () => {
    const { policy, authorities } = await policies.current()
    return { ...policy.network, ca: authorities }
  })
}
