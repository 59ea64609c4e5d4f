import type { AccessPreset } from '../../core/use/access-preset.ts'
import { preset } from './access-preset-base.ts'

/** Registries of build tools whose key a person brings. */
export const registryPresets: readonly AccessPreset[] = [
  preset({
    service: 'crates-io',
    hosts: ['crates.io'],
    scheme: { kind: 'header', name: 'authorization' },
    helpers: { cargo: { hosts: ['index.crates.io'], user: null } },
    denied: { 'POST PUT': ['/api/v1/me/tokens/**', '/api/v1/trusted_publishing/tokens'] },
    source:
      'doc.rust-lang.org/cargo: Registry web API (the token alone in the header); rust-lang/crates.io: trusted publishing; public programs (addresses of tokens)'
  }),
  preset({
    service: 'pypi',
    hosts: ['upload.pypi.org'],
    scheme: { kind: 'basic', user: '__token__' },
    helpers: { pip: { hosts: ['upload.pypi.org'], user: '__token__' } },
    source: 'pypi.org: How can I use API tokens to authenticate with PyPI. New tokens are made at pypi.org'
  }),
  preset({
    service: 'terraform',
    hosts: ['app.terraform.io'],
    helpers: { terraform: { hosts: ['app.terraform.io'], user: null } },
    denied: { POST: ['/api/v2/*/*/authentication-token', '/api/v2/*/*/authentication-tokens'] },
    source: 'developer.hashicorp.com/terraform: API tokens, User, team, organization and agent tokens API'
  }),
  preset({
    service: 'docker-hub',
    hosts: [], // the registry takes the token with the name of its owner, by the helper of docker
    helpers: { docker: { hosts: ['docker.io'], user: null } },
    source:
      'docs.docker.com: Personal access tokens, docker login; docker/cli and containers/image (names of Docker Hub)'
  })
]
