import { expect, it, vi } from 'vitest'
import { guarding } from './guarding.ts'

it('lets happen what its rule lets happen', () => {
  const event = { preventDefault: vi.fn() }
  guarding(() => undefined)(event)
  expect(event.preventDefault).not.toHaveBeenCalled()
})

it('prevents what a rule that throws left undecided, and the fault is seen', () => {
  const event = { preventDefault: vi.fn() }
  const broken = guarding(() => {
    throw new TypeError('a rule that is broken')
  })
  expect(() => broken(event)).toThrow('a rule that is broken')
  expect(event.preventDefault).toHaveBeenCalledOnce()
})
