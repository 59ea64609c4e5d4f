// The smallest app: it says which Electron this is once it is ready, and ends.
const { app } = require('electron')

void app.whenReady().then(() => {
  const { electron, chrome, node } = process.versions
  process.stdout.write(`latchkey-probe ${electron} chromium ${chrome} node ${node}\n`, () => app.exit(0))
})
