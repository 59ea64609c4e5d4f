import { existsSync } from 'node:fs'
import { UsageError } from '../terminal/command.ts'
import { noteOf, readKept, setupWorld } from './setup-files.ts'
import { setupTable } from './setup-table.ts'

/**
 * What else holds or gets the values of the tools that were set up, a sentence each. `folder`: the home of Latchkey;
 * `programs`: the folder of its programs. A tool whose files can not be read is left out: its own row says so.
 */
export async function besideTools(folder: string, programs: string): Promise<readonly string[]> {
  const world = setupWorld(programs, process.env)
  const names = Object.keys(setupTable).filter((name) => existsSync(noteOf(folder, name)))
  const found = await Promise.all(
    names.map(async (name) => {
      const tool = await setupTable[name]?.()
      try {
        const sentences = (await tool?.beside?.(readKept(folder, name), world)) ?? []
        return sentences.map((sentence) => `${name}: ${sentence}`)
      } catch (error) {
        if (error instanceof UsageError) return []
        throw error
      }
    })
  )
  return found.flat()
}
