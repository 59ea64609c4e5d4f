// A script: prints what an API answers. node examples/script.mjs github https://api.github.com/user
import process from 'node:process'
import { ApprovalRequired, AuthenticationRequired, connect } from 'latchkey/client'

const [service, url] = process.argv.slice(2)
if (service === undefined || url === undefined) {
  process.stderr.write('Usage: node script.mjs SERVICE URL\n')
  process.exit(64)
}

try {
  const latchkey = await connect()
  const response = await latchkey.request(service, url, { reason: 'example: print an answer' })
  process.stdout.write(`${response.status} ${await response.text()}\n`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error instanceof AuthenticationRequired ? 4 : error instanceof ApprovalRequired ? 75 : 70
}
