import type { ToolSetup } from './setup-plan.ts'

/** Every tool that can be set up, by its name; its code is loaded when it is. */
export const setupTable: Readonly<Record<string, () => Promise<ToolSetup>>> = {
  aws: async () => (await import('./aws.ts')).awsSetup,
  cargo: async () => (await import('./cargo.ts')).cargoSetup,
  docker: async () => (await import('./docker.ts')).dockerSetup,
  git: async () => (await import('./git.ts')).gitSetup,
  kubectl: async () => (await import('./kubectl.ts')).kubectlSetup,
  pip: async () => (await import('./pip.ts')).pipSetup,
  pnpm: async () => (await import('./pnpm.ts')).pnpmSetup,
  terraform: async () => (await import('./terraform.ts')).terraformSetup
}

/** The names of these tools. */
export const setupTools: readonly string[] = Object.keys(setupTable)
