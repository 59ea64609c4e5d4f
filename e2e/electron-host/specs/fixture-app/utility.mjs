// A utility process: sends back what it is sent, and ends when it is told to.
const { parentPort } = process

parentPort.on('message', ({ data }) => {
  if (data?.exit !== undefined) process.exit(data.exit)
  parentPort.postMessage({ data, argv: process.argv.slice(2), flag: process.env.FLAG, pid: process.pid })
})
console.log('utility is up')
