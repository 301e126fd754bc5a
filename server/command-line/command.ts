import { backup } from './backup.ts'
import { secrets } from './secrets.ts'
import { token } from './token.ts'
import { help, Misconfigured, Misuse } from './usage.ts'
import { user } from './user.ts'

const commands: Record<string, (words: string[]) => Promise<void>> = { user, token, backup, secrets }

/** Does what the words ask, and answers the process's exit code: 0 done, 1 failed, 2 not understood. */
export async function run(given: string[]): Promise<number> {
  const [name = 'help', ...words] = given[0] === '--' ? given.slice(1) : given
  if (['help', '--help', '-h'].includes(name)) {
    console.log(help)
    return 0
  }
  if (name === 'drill') {
    const { drillCommand } = await import('../drill/command.ts')
    return drillCommand(words, process.env)
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command === undefined) throw new Misuse(`There is no command "${name}".`)
    await command(words)
    return 0
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    if (error instanceof Misuse) console.error('"npx -y pnpm@12 muster help" says how it is used.')
    return error instanceof Misuse || error instanceof Misconfigured ? 2 : 1
  }
}
