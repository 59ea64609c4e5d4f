import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  // The whole app, and the window alone over a stand-in for the vault: they share nothing, so they can run side by side.
  projects: [
    {
      name: 'app',
      testMatch: ['e2e/**/*.spec.ts', 'electron-host/specs/*.spec.ts'],
      testIgnore: 'e2e/ui/**'
    },
    // Each test for itself, so that shards are of one size.
    { name: 'window', testMatch: 'e2e/ui/**/*.spec.ts', fullyParallel: true }
  ],
  outputDir: 'test-results/e2e',
  workers: 1,
  // A spec that passes only at its second try is named and counted as flaky.
  retries: 1,
  timeout: 40_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: { screenshot: 'only-on-failure' }
})
