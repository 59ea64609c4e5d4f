// A utility process: sends back every message, and ends on request.
import { createCipheriv, getCiphers } from 'node:crypto'

const { parentPort } = process

function tryCipher(name) {
  try {
    createCipheriv(name, Buffer.alloc(32), Buffer.alloc(12))
    return 'yes'
  } catch (error) {
    return error.code
  }
}

parentPort.on('message', ({ data }) => {
  if (data?.exit !== undefined) process.exit(data.exit)
  if (data?.ciphers) {
    return parentPort.postMessage({ tried: data.ciphers.map(tryCipher), all: getCiphers() })
  }
  if (data?.exhaust) for (const hoard = []; ;) hoard.push(Array.from({ length: 10_000 }, () => ({})))
  parentPort.postMessage({ data, argv: process.argv.slice(2), flag: process.env.FLAG, pid: process.pid })
})
console.log('utility is up')
