import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { electronReport, specResults } from '../../../scripts/electron-report.ts'
import { playwrightCounts, sum, vitestCounts } from '../../../scripts/suites.ts'

const failure = { passed: 0, failed: 1, skipped: 0, flaky: [], failures: [] }

describe('the counts of a suite', () => {
  it('are a failure where there is no report, or one of no test', () => {
    expect(vitestCounts(null)).toEqual(failure)
    expect(playwrightCounts(null)).toEqual(failure)
    const none = {
      numTotalTests: 0,
      numPassedTests: 0,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0
    }
    expect(vitestCounts(none)).toEqual(failure)
    expect(playwrightCounts({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 3 } })).toEqual(failure)
  })
  it('name the tests that passed at their second try, and count a test that is yet to be written as skipped', () => {
    const tests = (status: string) => [{ status, results: [] }]
    const errors = [{ message: '\u001B[31mError: no button\u001B[39m\n  at x' }]
    const specs = [
      { title: 'one', file: 'e2e/a.spec.ts', tests: tests('flaky') },
      { title: 'two', file: 'e2e/a.spec.ts', tests: tests('expected') },
      {
        title: 'three',
        file: 'e2e/a.spec.ts',
        tests: [{ status: 'unexpected', results: [{ duration: 1, errors }] }]
      }
    ]
    const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 3 }
    expect(playwrightCounts({ stats, suites: [{ suites: [{ specs }] }] })).toEqual({
      passed: 6,
      failed: 1,
      skipped: 3,
      flaky: ['e2e/a.spec.ts: one'],
      failures: ['e2e/a.spec.ts: three\n    Error: no button\n      at x']
    })
    const some = {
      numTotalTests: 9,
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1
    }
    expect(vitestCounts(some)).toEqual({ passed: 5, failed: 1, skipped: 3, flaky: [], failures: [] })
  })
  it('name what failed, also a file that could not be loaded', () => {
    const failed = {
      fullName: 'a store keeps',
      status: 'failed',
      failureMessages: ['Error: expected 1', 'later']
    }
    const passed = { fullName: 'a store reads', status: 'passed', failureMessages: [] }
    const report = {
      numTotalTests: 2,
      numPassedTests: 1,
      numFailedTests: 1,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [
        {
          name: resolve('test/a.test.ts'),
          status: 'failed',
          message: '',
          assertionResults: [failed, passed]
        },
        {
          name: resolve('test/b.test.ts'),
          status: 'failed',
          message: 'no such module',
          assertionResults: []
        },
        { name: resolve('test/c.test.ts'), status: 'passed', message: '', assertionResults: [passed] }
      ]
    }
    expect(vitestCounts(report).failures).toEqual([
      'test/a.test.ts: a store keeps\n    Error: expected 1',
      'test/b.test.ts: the file\n    no such module'
    ])
  })
  it('are added up', () => {
    expect(sum([failure, { passed: 2, failed: 0, skipped: 1, flaky: ['a'], failures: ['b'] }])).toEqual({
      passed: 2,
      failed: 1,
      skipped: 1,
      flaky: ['a'],
      failures: ['b']
    })
  })
})

describe('the report on real Electron', () => {
  const results = [{ duration: 1500, errors: [] }]
  const broken = [{ duration: 10, errors: [{ message: '\u001B[31mError: a | b\u001B[39m\n  at x' }] }]
  const report = {
    suites: [
      {
        specs: [{ title: 'one', file: 'a.spec.ts', tests: [{ status: 'expected', results }] }],
        suites: [
          { specs: [{ title: 'two', file: 'a.spec.ts', tests: [{ status: 'unexpected', results: broken }] }] }
        ]
      }
    ]
  }
  const machine = {
    latchkey: 'abc1234',
    electron: '45.4.1',
    chromium: '156.0.1.2',
    node: '24.9.0',
    system: 'Linux',
    desktop: 'GNOME',
    user: 'ordinary',
    date: '2026-11-29'
  } as const

  it('names each spec, those within others too, with what went wrong', () => {
    expect(specResults(report)).toEqual([
      { file: 'a.spec.ts', title: 'one', status: 'expected', seconds: 1.5, error: '' },
      { file: 'a.spec.ts', title: 'two', status: 'unexpected', seconds: 0.01, error: 'Error: a | b\n  at x' }
    ])
  })
  it('says what it ran on, the counts, and each result in a row of a table', () => {
    const text = electronReport(machine, specResults(report))
    expect(text).toContain('| electron | 45.4.1 |')
    expect(text).toContain('1 passed, 1 failed, 0 skipped')
    expect(text).toContain('| passed | a.spec.ts | one | 1.5 s |  |')
    expect(text).toContain(String.raw`| FAILED | a.spec.ts | two | 0.0 s | Error: a \| b |`)
  })
  it('is of no spec where the run wrote no report', () => {
    expect(electronReport(machine, specResults(null))).toContain('0 passed, 0 failed, 0 skipped')
  })
})
