import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  // The whole app, and the window alone over a stand-in for the vault: they share nothing, so they can run side by side.
  projects: [
    { name: 'app', testMatch: '**/*.spec.ts', testIgnore: 'ui/**' },
    // Each test for itself, so that shards are of one size.
    { name: 'window', testMatch: 'ui/**/*.spec.ts', fullyParallel: true }
  ],
  outputDir: 'test-results/e2e',
  workers: 1,
  timeout: 40_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: { screenshot: 'only-on-failure' }
})
