import type { Page } from '@playwright/test'
import type { UiState } from './ui-states.ts'

/** Opens the room by the rail. */
export async function openActivity(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Activity', exact: true }).click()
  await page.getByRole('heading', { name: 'Activity' }).waitFor()
}

/** Opens the room, in which something waits. */
export async function openProposals(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Activity \d+$/ }).click()
  await page.getByRole('heading', { name: 'Proposed by programs' }).waitFor()
}

const line = (page: Page, name: RegExp) => page.getByRole('listitem').getByRole('button', { name })

function openLine(name: RegExp) {
  return async (page: Page) => {
    await openActivity(page)
    await line(page, name).first().click()
  }
}

function openTab(name: RegExp) {
  return async (page: Page) => {
    await openActivity(page)
    await page.getByRole('tab', { name }).click()
  }
}

const activity = { seed: 'activity' } as const

/** The room of what programs did and may do. */
export const activityStates: readonly UiState[] = [
  { name: 'activity', options: activity, reach: openActivity },
  { name: 'activity-compact', options: { ...activity, density: 'compact' }, reach: openActivity },
  { name: 'activity-empty', reach: openActivity },
  { name: 'activity-many', options: { seed: 'activity-many' }, reach: openActivity },
  { name: 'activity-row-open', options: activity, reach: openLine(/release-agent.*Answered/) },
  { name: 'activity-refused-open', options: activity, reach: openLine(/gist.example.net/) },
  {
    name: 'activity-filtered',
    options: activity,
    reach: async (page) => {
      await openActivity(page)
      await page.getByRole('button', { name: /^Result/ }).click()
      await page.getByRole('menuitemradio', { name: 'Refused' }).click()
      await page.getByRole('button', { name: /^Program/ }).click()
    }
  },
  {
    name: 'activity-no-match',
    options: activity,
    reach: async (page) => {
      await openActivity(page)
      await page.getByRole('searchbox', { name: 'Search the log' }).fill('zebra')
    }
  },
  {
    name: 'activity-failed',
    options: { seed: 'empty' },
    reach: async (page) => {
      await page.evaluate(() => globalThis.fakes.vault.failNext('listAudit', 'CREDENTIAL_UNREADABLE'))
      await openActivity(page)
      await page.getByRole('alert').waitFor()
    }
  },
  {
    name: 'activity-old',
    options: activity,
    reach: async (page) => {
      await openActivity(page)
      await page.evaluate(() => {
        globalThis.fakes.vault.failNext('listAudit', 'KEYCHAIN_TIMEOUT')
        globalThis.fakes.vault.emit('activityChanged', { seq: 19 })
      })
      await page.getByRole('alert').waitFor()
    }
  },
  { name: 'activity-proposals', options: { seed: 'activity-proposals' }, reach: openProposals },
  {
    name: 'activity-accept-rule',
    options: { seed: 'activity-proposals' },
    reach: async (page) => {
      await openProposals(page)
      await page.getByRole('button', { name: 'Accept… release-agent, GitHub' }).click()
    }
  },
  { name: 'activity-allowed', options: activity, reach: openTab(/^Allowed now/) },
  { name: 'activity-allowed-empty', reach: openTab(/^Allowed now/) },
  { name: 'activity-programs', options: activity, reach: openTab(/^Programs/) },
  { name: 'activity-programs-empty', reach: openTab(/^Programs/) },
  {
    name: 'activity-remove-program',
    options: activity,
    reach: async (page) => {
      await openTab(/^Programs/)(page)
      await page.getByRole('button', { name: 'Remove access… of ci-bot' }).click()
    }
  },
  {
    name: 'activity-checked',
    options: activity,
    reach: async (page) => {
      await openActivity(page)
      await page.getByRole('button', { name: 'Check the log' }).click()
      await page.getByText('All rows fit').waitFor()
    }
  },
  {
    name: 'detail-used-by',
    options: activity,
    reach: async (page) => {
      await page.getByRole('row', { name: /^GitHub/ }).press('Enter')
      await page.getByRole('button', { name: 'Show in Activity' }).scrollIntoViewIfNeeded()
    }
  }
]
