import { describe, expect, it } from 'vitest'
import { dockerRegistries, withDockerHelper, withoutDockerHelper } from './docker-config-text.ts'

const text = `{
\t"auths": {
\t\t"ghcr.io": {
\t\t\t"auth": "YW5hOnNlY3JldA=="
\t\t},
\t\t"quay.io": {}
\t},
\t"credsStore": "desktop",
\t"currentContext": "colima"
}`

describe('the configuration of docker', () => {
  it('gets Latchkey for the registries that were named, and nothing else changes', () => {
    const edit = withDockerHelper(text, ['ghcr.io', 'quay.io'])
    const added = ',\n\t"credHelpers": {\n\t\t"ghcr.io": "latchkey",\n\t\t"quay.io": "latchkey"\n\t}\n}'
    expect(edit?.text).toBe(`${text.slice(0, -2)}${added}`)
    expect(edit).toMatchObject({ former: {}, inClear: ['ghcr.io'], store: 'desktop' })
  })

  it('is as before when that is taken back', () => {
    const changed = withDockerHelper(text, ['ghcr.io'])?.text ?? ''
    expect(dockerRegistries(changed)).toEqual(['ghcr.io'])
    expect(withoutDockerHelper(changed, ['ghcr.io'], {})).toBe(text)
  })

  it('is made where there is none, as docker writes it', () => {
    expect(withDockerHelper('', ['ghcr.io'])?.text).toBe(
      '{\n\t"credHelpers": {\n\t\t"ghcr.io": "latchkey"\n\t}\n}\n'
    )
  })

  it('keeps its indent, or its one line', () => {
    const spaces = '{\n  "a": 1\n}\n'
    expect(withDockerHelper(spaces, ['a.example'])?.text).toContain('\n  "credHelpers": {\n    "a.example"')
    expect(withDockerHelper('{"a":1}', ['a.example'])?.text).toBe(
      '{"a":1,"credHelpers":{"a.example":"latchkey"}}'
    )
  })

  it('has Docker Hub under the name of docker and under that of podman', () => {
    const changed = withDockerHelper('{}', ['docker.io'])?.text ?? ''
    expect(JSON.parse(changed)).toEqual({
      credHelpers: { 'https://index.docker.io/v1/': 'latchkey', 'docker.io': 'latchkey' }
    })
    expect(dockerRegistries(changed)).toEqual(['docker.io'])
    expect(withoutDockerHelper(changed, ['docker.io'], {})).toBe('{}')
  })

  it('has the former helper again, but not where another one was set since', () => {
    const before = '{"credHelpers":{"ghcr.io":"pass","quay.io":"pass"}}'
    const edit = withDockerHelper(before, ['ghcr.io', 'quay.io'])
    expect(edit?.former).toEqual({ 'ghcr.io': 'pass', 'quay.io': 'pass' })
    expect(withoutDockerHelper(edit?.text ?? '', ['ghcr.io', 'quay.io'], edit?.former ?? {})).toBe(before)
    const since = (edit?.text ?? '').replace('"quay.io":"latchkey"', '"quay.io":"other"')
    expect(withoutDockerHelper(since, ['ghcr.io', 'quay.io'], edit?.former ?? {})).toBe(
      '{"credHelpers":{"ghcr.io":"pass","quay.io":"other"}}'
    )
  })

  it('is left as it is where it can not be read', () => {
    for (const broken of ['{', '[]', '1', '{"credHelpers":[]}', '{"auths":1}']) {
      expect(withDockerHelper(broken, ['ghcr.io'])).toBeNull()
      expect(dockerRegistries(broken)).toEqual([])
    }
    expect(withoutDockerHelper('{"credHelpers":1}', ['ghcr.io'], {})).toBeNull()
  })

  it('tells a login that is in it under an address', () => {
    const old =
      '{"auths":{"https://index.docker.io/v1/":{"auth":"eA=="},"https://ghcr.io":{"identitytoken":"x"}}}'
    expect(withDockerHelper(old, ['docker.io', 'ghcr.io', 'quay.io'])?.inClear).toEqual([
      'docker.io',
      'ghcr.io'
    ])
  })
})
