#!/usr/bin/env node
// What pip and uv find as “keyring”; the program of that name is in a folder of its own.
process.argv.splice(2, 0, 'helper', 'pip', '--')
await import('./latchkey.mjs')
