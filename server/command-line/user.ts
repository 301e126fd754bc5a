import { CompanyCommand } from '@muster/shared/company-command.ts'
import { inviteOf } from '../auth/invite.ts'
import type { Desk } from '../desk/desk.ts'
import { all } from '../desk/picture.ts'
import { nameKey, type PersonRecord } from '../domain/access.ts'
import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { done, Failure, withDesk } from './open.ts'
import { exactly, Misuse, roleOf, understand } from './usage.ts'

const verbs: Record<string, (words: string[]) => Promise<void>> = { add, list, link, disable }

/** `muster user …` */
export async function user([verb = '', ...words]: string[]): Promise<void> {
  const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  if (act === undefined) throw new Misuse(`After "user" comes one of ${Object.keys(verbs).join(', ')}.`)
  await act(words)
}

async function add(words: string[]): Promise<void> {
  const { values, positionals } = understand(words, { role: { type: 'string' }, team: { type: 'string' } })
  const [name] = exactly(positionals, 'NAME')
  if (values.team === undefined) throw new Misuse('--team is missing.')
  const id = crypto.randomUUID()
  const person = { id, name, team: values.team, role: roleOf(values.role) }
  const command = CompanyCommand.safeParse({ id: crypto.randomUUID(), type: 'person/save', person })
  if (!command.success)
    throw new Misuse(command.error.issues.map(issue => `${String(issue.path.at(-1))}: ${issue.message}.`).join(' '))
  const save = command.data as Extract<CompanyCommand, { type: 'person/save' }>
  await withDesk(async (desk, { origin }) => {
    done(await desk.handle(company.room, save, muster))
    await printLink(desk, origin, save.person)
  })
}

async function link(words: string[]): Promise<void> {
  const [name] = exactly(understand(words, {}).positionals, 'NAME')
  await withDesk(async (desk, { origin }) => printLink(desk, origin, await personCalled(desk, name)))
}

async function disable(words: string[]): Promise<void> {
  const [name] = exactly(understand(words, {}).positionals, 'NAME')
  await withDesk(async desk => {
    const person = await personCalled(desk, name)
    const command = { id: crypto.randomUUID(), type: 'person/disable', personId: person.id } as const
    done(await desk.handle(company.room, command, muster))
    console.log(`${person.name} is disabled: their sessions have ended, and they cannot sign in again.`)
  })
}

async function list(words: string[]): Promise<void> {
  exactly(understand(words, {}).positionals)
  await withDesk(async desk => {
    const people = await all<PersonRecord>(desk.store, company.room, company.people)
    if (people.length === 0) console.log('There is nobody yet.')
    for (const { name, team, role, disabled } of people)
      console.log([name, team, role, disabled ? 'disabled' : ''].join('\t').trimEnd())
  })
}

async function personCalled(desk: Desk, name: string): Promise<PersonRecord> {
  const named = await desk.store.read(company.room, [nameKey(name)])
  const personId = (named.records[0]?.value as { personId: string } | undefined)?.personId
  if (personId === undefined) throw new Failure(`There is nobody called ${name}; "muster user list" says who there is.`)
  const { records } = await desk.store.read(company.room, [company.person(personId)])
  return records[0]?.value as PersonRecord
}

async function printLink(desk: Desk, origin: string, { id, name }: { id: string; name: string }): Promise<void> {
  const command = { id: crypto.randomUUID(), type: 'person/invite', personId: id } as const
  const answer = done(await inviteOf(desk, origin)(muster, command))
  console.log(`This link signs in ${name}, once, within a day:\n  ${String(answer.link)}`)
}
