import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    maxWorkers: '100%', // one processor would be left unused
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src-*/**/*.test.{ts,tsx}', 'test/unit/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts'],
          isolate: false, // half of the time was spent on loading the same modules again for each file
          testTimeout: 20_000 // generated input, on a machine that is busy with other things
        }
      },
      {
        test: {
          name: 'integration',
          include: ['src-*/**/*.integration.test.ts', 'test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
          fileParallelism: false
        }
      }
    ]
  }
})
