import { describe, expect, it } from 'vitest'
import { findCommand, nearestCommand } from './find-command.ts'

const rows = [{ name: 'sign-in', aliases: ['login', 'auth login'] }, { name: 'status' }]

describe('a command', () => {
  it.each([
    [['sign-in', 'github'], ['github']],
    [['login', 'github'], ['github']],
    [['auth', 'login', 'github'], ['github']]
  ])('is found by its name and by its other names: %j', (args, rest) => {
    expect(findCommand(rows, args)).toEqual({ command: rows[0], rest })
  })

  it.each([[[]], [['auth']], [['auth', 'github']], [['logi']]])(
    'is not found by another word: %j',
    (args) => {
      expect(findCommand(rows, args)).toBeNull()
    }
  )

  it.each([
    [['statsu'], 'status'],
    [['logn', 'github'], 'login'],
    [['auth', 'logni'], 'auth login'],
    [['ghp_0123456789'], null]
  ])('is suggested by the nearest of its names: %j', (args, near) => {
    expect(nearestCommand(rows, args)).toBe(near)
  })
})
