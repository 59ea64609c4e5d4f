#!/usr/bin/env node
// The credential helper of docker, podman and skopeo, which run it as “docker-credential-latchkey ACTION”.
process.argv.splice(2, 0, 'helper', 'docker', '--')
await import('./latchkey.mjs')
