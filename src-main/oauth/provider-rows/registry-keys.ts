import type { ApiKeyProvider } from '../../core/provider.ts'
import { keyRow } from './base.ts'

/** Keys of the registries of build tools. */
export const registryKeyRows: readonly ApiKeyProvider[] = [
  keyRow({
    id: 'crates-io',
    name: 'crates.io',
    allowedHosts: ['crates.io'],
    keyPrefixes: ['cio'],
    help: 'https://crates.io/settings/tokens',
    checkedOn: '2026-11-30',
    source:
      'doc.rust-lang.org/cargo: Publishing on crates.io, Registry web API; blog.rust-lang.org: Improved API tokens for crates.io; praetorian-inc/noseyparker (first letters)'
  }),
  keyRow({
    id: 'pypi',
    name: 'PyPI',
    allowedHosts: ['upload.pypi.org'],
    keyPrefixes: ['pypi-'],
    help: 'https://pypi.org/manage/account/token/',
    checkedOn: '2026-11-30',
    source: 'pypi.org: How can I use API tokens to authenticate with PyPI'
  }),
  keyRow({
    id: 'terraform',
    name: 'HCP Terraform',
    allowedHosts: ['app.terraform.io'],
    keyPrefixes: [],
    help: 'https://app.terraform.io/app/settings/tokens',
    checkedOn: '2026-11-30',
    source: 'developer.hashicorp.com/terraform: API tokens, Credentials helpers'
  }),
  keyRow({
    id: 'docker-hub',
    name: 'Docker Hub',
    // The name of the registry itself: its API takes no such token, only what it is exchanged for.
    allowedHosts: ['docker.io'],
    keyPrefixes: ['dckr_pat_'],
    help: 'https://app.docker.com/settings/personal-access-tokens',
    checkedOn: '2026-11-30',
    source:
      'docs.docker.com: Personal access tokens, Docker Hub API (Create access token, with the first letters)'
  })
]
