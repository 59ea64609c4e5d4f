#!/usr/bin/env node
// The credential_process of the tools of AWS.
process.argv.splice(2, 0, 'helper', 'aws', '--')
await import('./latchkey.mjs')
