import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import type { ApprovalState } from '#shared/approval.ts'
import { approvalStates, asked, longHost, longPath } from './approval-states.ts'
import { expect, settled, test } from './ui-fixture.ts'
import { NOW, type OpenOptions } from './ui-page.ts'

const PICTURES = resolve(import.meta.dirname, '../../test-results/ui')
const paired = approvalStates['approval-paired']
const other = asked({ wanted: { method: 'DELETE', path: '/repos/ana/other' } })

/** How the test opens the window of a question, in its real size. */
function windowOf(approval: ApprovalState, size = { width: 480, height: 600 }): OpenOptions {
  return { path: 'approval.html', approval, size }
}

const deny = (page: Page) => page.getByRole('button', { name: 'Deny' })
const allow = (page: Page) => page.getByRole('button', { name: /allow/i })
const answers = (page: Page) => page.evaluate(() => globalThis.fakes.approval.answers)
const move = (page: Page) => page.evaluate(() => globalThis.fakes.approval.move())
const set = (page: Page, state: ApprovalState) =>
  page.evaluate((next) => globalThis.fakes.approval.set(next), state)

/** True if a part of the question is out of sight. */
const scrolls = (page: Page) =>
  page.getByRole('alertdialog').evaluate(({ firstElementChild: box }) => {
    if (box === null) throw new Error('The question is empty.')
    return box.scrollHeight > box.clientHeight
  })

/** Gives the window the height that it asked for, within the bounds of the shell. */
async function fit(page: Page): Promise<void> {
  const height = await page.evaluate(() => globalThis.fakes.approval.heights.at(-1) ?? 0)
  await page.setViewportSize({ width: 480, height: Math.min(Math.max(height, 440), 720) })
}

/** Stops the timers of the page, so that the test says when the window is armed. It is armed at first. */
async function holdTime(page: Page): Promise<void> {
  await expect(deny(page)).toBeVisible()
  await page.clock.pauseAt(NOW + 60_000)
  await page.clock.runFor(500)
  await expect(allow(page)).toBeEnabled()
}

test.describe('every state of the approval window', () => {
  for (const [name, state] of Object.entries(approvalStates)) {
    test(`${name} is accessible and breaks no policy`, async ({ ui }) => {
      const page = await ui.open(windowOf(state))
      await expect(deny(page)).toBeVisible()
      await fit(page)
      await expect(allow(page)).toBeEnabled()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await settled(page)
        await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`) })
        await ui.audit(page)
      }
    })
  }
})

test('the second choice is accessible and leaves the buttons where they are', async ({ ui }) => {
  const page = await ui.open(windowOf(paired))
  await expect(deny(page)).toBeVisible()
  await fit(page)
  await expect(allow(page)).toBeEnabled()
  const before = await allow(page).boundingBox()
  await page.getByRole('radio', { name: 'Until locked' }).check({ force: true })
  await expect(page.getByRole('radio', { name: 'Only this path' })).toBeChecked()
  expect(await allow(page).boundingBox()).toEqual(before)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await page.screenshot({ path: join(PICTURES, `approval-later-${colorScheme}.png`) })
    await ui.audit(page)
  }
})

test('it says who asks, how far that is known, what for, and how many wait', async ({ ui }) => {
  const page = await ui.open(windowOf(paired))
  const dialog = page.getByRole('alertdialog', {
    name: 'deploy-agent wants to use GitHub as ana@example.com'
  })
  await expect(dialog).toContainText('Paired program, as it says')
  await expect(dialog).toContainText('/home/ana/bin/deploy-agentProcess 40213, according to the system')
  await expect(dialog).toContainText('“Publish the notes of version 2.4 as a release”')
  await expect(dialog).toContainText('POST')
  await expect(dialog).toContainText('api.github.com:443')
  await expect(dialog).toContainText('/repos/ana/notes/releases')
  await expect(dialog).toContainText('2 more questions wait.')
})

test('it says nothing in the name of the system about a peer that is not known', async ({ ui }) => {
  const page = await ui.open(windowOf(approvalStates['approval-unknown-peer']))
  await expect(page.getByRole('alertdialog')).toContainText('deploy-agent')
  await expect(page.getByText('according to the system')).toHaveCount(0)
})

test('the page asks for the height at which nothing scrolls, once for each question', async ({ ui }) => {
  const page = await ui.open(windowOf(paired))
  await expect(page.getByRole('alertdialog')).toBeVisible()
  await set(page, approvalStates['approval-reveal'])
  await expect(page.getByText('Get the secret itself and keep it.')).toBeVisible()
  const [first = 0, second = 0, ...more] = await page.evaluate(() => globalThis.fakes.approval.heights)
  expect(more).toEqual([])
  expect(first).toBeGreaterThan(second)
  await page.setViewportSize({ width: 480, height: first })
  await set(page, paired)
  await expect(page.getByText('POST', { exact: true })).toBeVisible()
  await expect.poll(() => scrolls(page)).toBe(false)
  await page.setViewportSize({ width: 480, height: first - 1 })
  await expect.poll(() => scrolls(page)).toBe(true)
})

test('a secret that is wanted itself is told apart from a use', async ({ ui }) => {
  const page = await ui.open(windowOf(approvalStates['approval-reveal']))
  await expect(page.getByRole('heading')).toContainText('wants the secret of GitHub')
  await expect(page.getByText('Get the secret itself and keep it.')).toBeVisible()
  await page.getByRole('radio', { name: '10 minutes' }).check({ force: true })
  await expect(page.getByRole('radio', { name: /path/ })).toHaveCount(0)
})

test('a secret is offered once or for ten minutes, as the vault gives it', async ({ ui }) => {
  const page = await ui.open(windowOf(approvalStates['approval-reveal']))
  await expect(page.getByRole('radio')).toHaveCount(2)
  await expect(page.getByRole('radio', { name: 'Once' })).toBeChecked()
  await expect(page.getByRole('radio', { name: '10 minutes' })).toBeVisible()
})

for (const size of [
  { width: 480, height: 600 },
  { width: 420, height: 440 }
]) {
  test(`a long host is whole and a long path is in a box, at ${size.width} pixels`, async ({ ui }) => {
    const page = await ui.open(windowOf(approvalStates['approval-long'], size))
    const host = page.getByText(longHost, { exact: true })
    const box = await host.evaluate((element) => {
      const { left, right } = element.getBoundingClientRect()
      return { left, right, shown: element.textContent }
    })
    expect(box.shown).toBe(longHost)
    expect(box.left).toBeGreaterThanOrEqual(0)
    expect(box.right).toBeLessThanOrEqual(size.width)
    const path = page.getByRole('region', { name: 'Path' })
    await expect(path).toHaveText(longPath)
    expect(await path.evaluate((element) => element.scrollHeight > element.clientHeight)).toBe(true)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(size.width)
    await expect(deny(page)).toBeInViewport({ ratio: 1 })
    await expect(allow(page)).toBeInViewport({ ratio: 1 })
  })
}

test('unseen characters are marked, and letters keep their order', async ({ ui }) => {
  const page = await ui.open(windowOf(approvalStates['approval-unseen']))
  const dialog = page.getByRole('alertdialog')
  await expect(dialog.getByRole('heading')).toContainText('deploy�gpj.tnega�� wants to use')
  await expect(dialog).toContainText('“Good� reason��Deny: nothing� here�”')
  expect(await dialog.innerText()).not.toMatch(/\p{Cf}|(?!\n)\p{Cc}/u)
  const order = await page.getByText('/repos/\u05D0\u05D1/').evaluate((element) => {
    const text = element.firstChild as Text
    const left = (at: number): number => {
      const range = document.createRange()
      range.setStart(text, at)
      range.setEnd(text, at + 1)
      return range.getBoundingClientRect().left
    }
    return [7, 8, 9, 10].map(left)
  })
  expect(order).toEqual(order.toSorted((one, next) => one - next))
})

test('Deny has the focus, and Enter on it denies', async ({ ui }) => {
  const page = await ui.open(windowOf(paired))
  await expect(deny(page)).toBeFocused()
  await expect(allow(page)).toBeEnabled()
  await page.keyboard.press('Enter')
  expect(await answers(page)).toEqual([`${paired.question.digest} denied`])
})

test('Escape denies wherever the focus is', async ({ ui }) => {
  const page = await ui.open(windowOf(paired))
  await expect(allow(page)).toBeEnabled()
  await page.getByRole('radio', { name: 'Once' }).focus()
  await page.keyboard.press('Escape')
  expect(await answers(page)).toEqual([`${paired.question.digest} denied`])
})

test('by keys: the narrowest answer is the one that is chosen first', async ({ ui }) => {
  const page = await ui.open(windowOf(paired))
  await expect(allow(page)).toBeEnabled()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Allow once' })).toBeFocused()
  await page.keyboard.press('Space')
  expect(await answers(page)).toEqual([`${paired.question.digest} once path`])
})

test('by keys: every path of the host, for ten minutes', async ({ ui }) => {
  const page = await ui.open(windowOf(paired))
  await expect(allow(page)).toBeEnabled()
  await page.keyboard.press('Shift+Tab')
  await expect(page.getByRole('radio', { name: 'Once' })).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('radio', { name: 'Only this path' })).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('radio', { name: 'Every path of api.github.com:443' })).toBeChecked()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Allow for 10 minutes' })).toBeFocused()
  await page.keyboard.press('Enter')
  expect(await answers(page)).toEqual([`${paired.question.digest} 10-minutes host`])
})

test('this run is offered between once and ten minutes, to a request that belongs to one', async ({ ui }) => {
  const page = await ui.open(windowOf(approvalStates['approval-in-run']))
  const radios = page.getByRole('group', { name: 'Allow for' }).getByRole('radio')
  await expect(radios).toHaveCount(5)
  await expect(radios.nth(1)).toHaveAccessibleName('This run')
  await expect(allow(page)).toBeEnabled()
  await page.getByText('This run', { exact: true }).click()
  await expect(page.getByRole('radio', { name: 'Only this path' })).toBeChecked()
  await page.getByRole('button', { name: 'Allow for this run' }).click()
  expect(await answers(page)).toEqual([`${approvalStates['approval-in-run'].question.digest} run path`])
})

test('no run is offered to a request of none, and to one that wants the secret', async ({ ui }) => {
  const ofRun = asked({ wanted: { run: 'run-1', mode: 'reveal', method: 'ANY', host: '', path: '/**' } })
  for (const state of [paired, ofRun]) {
    const page = await ui.open(windowOf(state))
    await expect(page.getByRole('radio', { name: 'Once' })).toBeChecked()
    await expect(page.getByRole('radio', { name: 'This run' })).toHaveCount(0)
  }
})

test('the helper of a tool is named with its host, and can be allowed for always', async ({ ui }) => {
  const page = await ui.open(windowOf(approvalStates['approval-helper']))
  await expect(page.getByText('Helper of', { exact: true })).toBeVisible()
  await expect(page.getByText('github.com:443', { exact: true })).toBeVisible()
  const radios = page.getByRole('group', { name: 'Allow for' }).getByRole('radio')
  await expect(radios).toHaveCount(4)
  await expect(allow(page)).toBeEnabled()
  await page.getByText('Always', { exact: true }).click()
  await page.getByRole('button', { name: 'Always allow' }).click()
  expect(await answers(page)).toEqual([`${approvalStates['approval-helper'].question.digest} always path`])
})

test('one answer is sent, however often a button is pressed', async ({ ui }) => {
  const page = await ui.open(windowOf(paired))
  await expect(allow(page)).toBeEnabled()
  await allow(page).dblclick()
  await page.keyboard.press('Escape')
  expect(await answers(page)).toEqual([`${paired.question.digest} once path`])
})

const changes: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  moves: move,
  'is another size': (page) => page.setViewportSize({ width: 500, height: 620 }),
  'gets the focus back': (page) => page.evaluate(() => void dispatchEvent(new Event('focus'))),
  'is shown again': (page) => page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange'))),
  'asks something else': (page) => set(page, other)
}

for (const [what, change] of Object.entries(changes)) {
  test(`nothing counts for half a second after the window ${what}`, async ({ ui }) => {
    const page = await ui.open(windowOf(paired))
    await holdTime(page)
    await change(page)
    await expect(allow(page)).toBeDisabled()
    await page.clock.runFor(499)
    await expect(allow(page)).toBeDisabled()
    await allow(page).click({ force: true })
    for (const key of ['Enter', 'Space', 'Escape']) await page.keyboard.press(key)
    await deny(page).focus()
    for (const key of ['Enter', 'Space', 'Escape']) await page.keyboard.press(key)
    expect(await answers(page)).toEqual([])
    await page.clock.runFor(1)
    await expect(allow(page)).toBeEnabled()
    await page.keyboard.press('Escape')
    expect(await answers(page)).toHaveLength(1)
  })
}

test('a click or a key that began before the half second ended counts for nothing', async ({ ui }) => {
  const page = await ui.open(windowOf(paired))
  await holdTime(page)
  await move(page)
  await allow(page).hover({ force: true })
  await page.mouse.down()
  await page.clock.runFor(500)
  await expect(allow(page)).toBeEnabled()
  await page.mouse.up()
  await move(page)
  await allow(page).focus()
  await page.keyboard.down('Space')
  await page.clock.runFor(500)
  await page.keyboard.up('Space')
  await move(page)
  await page.keyboard.down('Enter')
  await page.clock.runFor(500)
  await page.keyboard.down('Enter') // as the system repeats it
  await page.keyboard.up('Enter')
  expect(await answers(page)).toEqual([])
  await page.keyboard.press('Enter')
  expect(await answers(page)).toEqual([`${paired.question.digest} once path`])
})

test('another question begins with the narrowest answer and with the focus on Deny', async ({ ui }) => {
  const page = await ui.open(windowOf(paired))
  await expect(allow(page)).toBeEnabled()
  await page.getByRole('radio', { name: 'Always' }).check({ force: true })
  await allow(page).focus()
  await set(page, other)
  await expect(page.getByText('DELETE', { exact: true })).toBeVisible()
  await expect(page.getByRole('radio', { name: 'Once' })).toBeChecked()
  await expect(deny(page)).toBeFocused()
})

test('an answer to a question that is no longer asked is told, with what is asked now', async ({ ui }) => {
  const page = await ui.open(windowOf(paired))
  await expect(allow(page)).toBeEnabled()
  await page.evaluate((next) => globalThis.fakes.approval.setUnheard(next), other)
  await allow(page).click()
  await expect(page.getByRole('alert')).toContainText('This question is no longer asked.')
  await set(page, other)
  await expect(page.getByText('DELETE', { exact: true })).toBeVisible()
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(allow(page)).toBeEnabled()
  await allow(page).click()
  await expect(page.getByRole('alert')).toHaveCount(0)
  expect(await answers(page)).toEqual([
    `${paired.question.digest} once path`,
    `${other.question.digest} once path`
  ])
})
