import type { DoctorCommandPorts } from '../commands/upkeep/doctor.ts'
import type { CompletionCommandPorts } from '../commands/upkeep/completion.ts'
import type { CommandRow } from '../terminal/command.ts'
import { json } from './options.ts'

export type UpkeepCommandPorts = DoctorCommandPorts & CompletionCommandPorts

/** The commands for the upkeep of Latchkey itself. */
export const upkeepCommands: readonly CommandRow<UpkeepCommandPorts>[] = [
  {
    name: 'doctor',
    topic: 'Upkeep',
    summary: 'look for problems and repair them',
    forms: ['doctor [--json FIELDS] [--fix] [--entries]'],
    options: [
      json(['checkedAt', 'version', 'rows', 'repaired'], 'the report as JSON'),
      {
        name: 'fix',
        text: 'make files private, remove half-written files, settle interrupted operations; never deletes a credential'
      },
      { name: 'entries', text: 'also open every stored entry (the keychain may ask you)' }
    ],
    about: ['Looks at the keychain, the files and the settings of Latchkey, and says what to do.'],
    exitCodes: '0 all passed, 1 warnings, 2 failures',
    load: async () => (await import('../commands/upkeep/doctor.ts')).doctorCommand
  },
  {
    name: 'completion',
    topic: 'Upkeep',
    summary: 'print a script that completes commands in a shell',
    forms: ['completion bash|zsh|fish'],
    positionals: { least: 1, most: 1, names: ['SHELL'], values: ['bash', 'zsh', 'fish'] },
    options: [],
    about: [
      'Prints a script for the shell that completes commands and options.',
      'For one session: source <(latchkey completion bash)',
      'For every session, write it where the shell looks: ~/.local/share/bash-completion/completions/latchkey for bash, a file _latchkey in a folder of $fpath for zsh, ~/.config/fish/completions/latchkey.fish.'
    ],
    exitCodes: '0 printed',
    opensNothing: true,
    load: async () => (await import('../commands/upkeep/completion.ts')).completionCommand
  }
]
