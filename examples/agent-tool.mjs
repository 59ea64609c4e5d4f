// A tool for an agent: reads one call as JSON from standard input and prints one result as JSON. The agent chooses what is
// asked for and sees the answer; the credential is in neither. A call: {"service", "url", "method"?, "body"?, "reason"?}
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { connect, LatchkeyError } from 'latchkey/client'

const { service, url, method = 'GET', body, reason } = JSON.parse(await text(process.stdin))

async function call() {
  const latchkey = await connect()
  if (!(await latchkey.isAuthenticated(service))) return { state: 'sign_in_needed', service }
  const response = await latchkey.request(service, url, {
    method,
    reason,
    waits: false, // the agent goes on and calls again
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  })
  return { state: 'done', status: response.status, body: await response.text() }
}

try {
  process.stdout.write(`${JSON.stringify(await call())}\n`)
} catch (error) {
  if (!(error instanceof LatchkeyError)) throw error
  const state = error.code === 'APPROVAL_PENDING' ? 'approval_needed' : 'failed'
  process.stdout.write(`${JSON.stringify({ state, code: error.code, message: error.message })}\n`)
}
