#!/usr/bin/env node
// The command line. Runs on the pinned Node of the project where there is one, else on 22.18 or newer.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import process from 'node:process'

const pinned = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
const isPinned = !existsSync(pinned) || realpathSync(pinned) === realpathSync(process.execPath)
const [major, minor] = process.versions.node.split('.').map(Number)

if (!isPinned) {
  const args = ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url)]
  const { status } = spawnSync(pinned, [...args, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exitCode = status ?? 70
} else if (major > 22 || (major === 22 && minor >= 18)) {
  const { hardenOwnProcess } = await import('../src-main/storage/keychain/process-hardening.ts')
  await hardenOwnProcess(process.env)
  const { runCli } = await import('../src-cli/cli.ts')
  const { secretAsker } = await import('../src-cli/terminal/ask-secret.ts')
  const { readInput } = await import('../src-cli/terminal/read-input.ts')
  const { openHeadlessDoctor } = await import('../src-main/headless/doctor.ts')
  const { openHeadlessEnds } = await import('../src-main/headless/sign-outs.ts')
  const { forgetSignOuts, viewSignOuts } = await import('../src-main/headless/sign-outs.ts')
  const { viewStores, withStores } = await import('../src-main/headless/stores.ts')
  const { openHeadlessTransfer } = await import('../src-main/headless/transfer.ts')
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  // A reader that has seen enough is no fault; a disk that takes nothing more is one.
  let isUnwritten = false
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', ({ code }) => {
      if (code === 'EPIPE') return
      isUnwritten = true
      process.exitCode = 70
    })
  }
  const code = await runCli({
    version,
    readInput: () => readInput(process.stdin),
    args: process.argv.slice(2),
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    hasColour: process.stdout.hasColors?.() ?? false,
    isInteractive: process.stdin.isTTY ?? false,
    askSecret: secretAsker(process.stdin, (text) => process.stderr.write(text)),
    openDoctor: () => openHeadlessDoctor(version),
    openEnds: () => openHeadlessEnds(),
    viewSignOuts: () => viewSignOuts(),
    forgetSignOuts: (ids) => forgetSignOuts(ids),
    openTransfer: () => openHeadlessTransfer(version),
    viewStores: () => viewStores(),
    withStores: (onProgress, task) => withStores(onProgress, task)
  })
  process.exitCode = isUnwritten ? 70 : code
} else {
  process.stderr.write(`latchkey: needs Node 22.18 or newer, found ${process.versions.node}; run npm ci\n`)
  process.exitCode = 70
}
