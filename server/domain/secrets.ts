import type { CompanyCommand } from '@muster/shared/company-command.ts'
import { type Conflict, conflict } from '@muster/shared/conflict.ts'
import { change, type Decision, type View } from './decision.ts'
import { company } from './indexes.ts'

/** A secret as it is kept: nothing can be told from it without the key, whose id it names. */
export type Sealed = { key: string; box: string }

/** Sealed secrets by their names. */
export type KeptSecrets = Readonly<Record<string, Sealed>>

/** What a command says of secrets: null takes one away, what is left out stays. No rule ever sees one in clear. */
export type SealedSecrets = Readonly<Record<string, Sealed | null>>

/** Those of a channel's secrets that it signs in by: only what it made of these is of no use with others. */
export function signingInBy<Secret>(secrets: Readonly<Record<string, Secret>>): Record<string, Secret> {
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => name === 'password' || name === 'refreshToken'))
}

type Secretive = Extract<CompanyCommand, { type: 'channel/save' | 'alert-source/save' | 'status-page/save' }>

/** A command that carries secrets, as it leaves the door and as it reaches its rule. */
export type Plain<T extends Secretive['type'] = Secretive['type']> = Extract<Secretive, { type: T }>
export type SealedCommand<T extends Secretive['type'] = Secretive['type']> = {
  [Type in T]: Omit<Plain<Type>, 'secrets'> & { secrets: SealedSecrets } & (Type extends 'channel/save' ? Made : object)
}[T]

/** What the channel made of its secrets before they were saved; null where nothing. */
type Made = { vault: Sealed | null }

/** What is kept once a command was followed. */
export function keeping(former: KeptSecrets | null, given: SealedSecrets): KeptSecrets {
  const all = Object.entries({ ...former, ...given })
  return Object.fromEntries(all.filter((entry): entry is [string, Sealed] => entry[1] !== null))
}

/** Why nothing is done where a kept secret, not given again, would be sent elsewhere than it was given for; else null. */
export function misdirected(
  elsewhere: readonly string[],
  kept: KeptSecrets | null,
  given: Readonly<Record<string, unknown>>,
): Conflict | null {
  const names = elsewhere.filter(name => kept !== null && name in kept && given[name] === undefined)
  if (names.length === 0) return null
  return conflict('secret-elsewhere', { secrets: names.join(', ') }, `secrets.${names[0]}`)
}

/** A record is put as it is under another key, unless somebody changed it meanwhile. */
export type Reseal = { id: string; type: 'secrets/reseal'; key: string; from: unknown; to: unknown }

export function reseal({ key, from, to }: Reseal, view: View): Decision {
  if (JSON.stringify(view.get(key)) !== JSON.stringify(from)) return { type: 'unchanged', answer: { resealed: false } }
  return change([{ key, value: to }], [], { resealed: true })
}

/** Where the key is lost: what it sealed goes, and the installation begins anew with whichever key comes next. */
export type ForgetSecrets = { id: string; type: 'secrets/forget'; records: readonly string[] }

export function forgetSecrets({ records }: ForgetSecrets, view: View): Decision {
  const keys = [company.installation, ...records]
  view.need(keys)
  const there = keys.filter(key => view.get(key) !== null)
  return change(
    there.map(key => ({ key, value: null })),
    [],
  )
}
