import type { Helper } from './helper.ts'

/** Every helper by the name of its tool; its code is loaded when the tool asks. */
export const helperTable: Readonly<Record<string, () => Promise<Helper>>> = {
  aws: async () => (await import('./aws.ts')).awsHelper,
  cargo: async () => (await import('./cargo.ts')).cargoHelper,
  askpass: async () => (await import('./askpass.ts')).askpassHelper,
  docker: async () => (await import('./docker.ts')).dockerHelper,
  git: async () => (await import('./git.ts')).gitHelper,
  kubectl: async () => (await import('./kubectl.ts')).kubectlHelper,
  pip: async () => (await import('./keyring.ts')).keyringHelper,
  pnpm: async () => (await import('./pnpm.ts')).pnpmHelper,
  terraform: async () => (await import('./terraform.ts')).terraformHelper
}
