import { type ParseArgsConfig, parseArgs } from 'node:util'
import { Role } from '@muster/shared/role.ts'

/** The command was not given as it can be understood: said as a sentence, and the process ends with 2. */
export class Misuse extends Error {
  override name = 'Misuse'
}

/** A setting is wrong: the process ends with 2 as well. */
export class Misconfigured extends Error {
  override name = 'Misconfigured'
}

/** The given options and names, or a `Misuse` that says what is wrong with them. */
export function understand<Options extends NonNullable<ParseArgsConfig['options']>>(words: string[], options: Options) {
  try {
    return parseArgs({ args: words, options, allowPositionals: true })
  } catch (error) {
    throw new Misuse(`${(error as Error).message.split('. ')[0]}.`)
  }
}

/** Exactly these names, no more and no fewer. */
export function exactly<const Names extends readonly string[]>(
  positionals: readonly string[],
  ...names: Names
): { [At in keyof Names]: string } {
  const missing = names[positionals.length]
  if (missing !== undefined) throw new Misuse(`${missing} is missing.`)
  const extra = positionals[names.length]
  if (extra !== undefined) throw new Misuse(`"${extra}" is one word too many; put names of several words in quotes.`)
  return positionals as unknown as { [At in keyof Names]: string }
}

export function roleOf(given: string | undefined): Role {
  const role = Role.safeParse(given)
  if (role.success) return role.data
  const wrong = given === undefined ? '--role is missing' : `There is no role "${given}"`
  throw new Misuse(`${wrong}; the roles are ${Role.options.join(', ')}.`)
}

export const help = `The command line of Muster. It works beside a running server, with the same settings.

  muster user add NAME --role ROLE --team TEAM   adds a person and prints their one-time sign-in link
  muster user list                               lists the people
  muster user link NAME                          prints a new one-time sign-in link
  muster user disable NAME                       ends their sessions; they cannot sign in again
  muster token --role ROLE [--name NAME]         makes a token for a program and prints it, once
  muster token list                              lists the tokens, without their secrets
  muster token revoke NAME                       ends every token of this name
  muster backup FILE                             writes the whole store into a new file
  muster secrets forget                          where their key is lost: takes every sealed secret away
  muster drill                                   runs a drill; "muster drill --help" says more
  muster help                                    prints this

ROLE is one of ${Role.options.join(', ')}. Put names of several words in quotes.
Run it as: npx -y pnpm@12 muster ...`
