import { randomBytes, randomUUID } from 'node:crypto'
import type { ChannelRecord, ChannelSecrets } from '@muster/shared/channel.ts'
import type { Role } from '@muster/shared/role.ts'
import { defaultTraining } from '@muster/shared/training-rules.ts'
import { hashOf, newSecret } from '../auth/secret.ts'
import { issueToken } from '../auth/tokens.ts'
import { mirrorIncident } from '../desk/ask.ts'
import { Desk } from '../desk/desk.ts'
import { tokenActorId } from '../domain/access.ts'
import type { RoomCommand } from '../domain/decide.ts'
import { type Actor, muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'
import type { Cast } from './crowd.ts'
import { wordsAt } from './leaders.ts'
import type { Account } from './network.ts'
import { outage } from './phrases.ts'
import type { Persona } from './responder.ts'
import type { HookName } from './surge.ts'
import { subjectNames, wordingOf } from './wordings.ts'

export type Accounts = Readonly<Record<HookName, Account>>

export function newMark(): string {
  return randomBytes(6).toString('hex')
}

/** Accounts on the two simulated networks, with ids of their own so that several drills do not meet. */
export function newAccounts(): Accounts {
  const mark = newMark()
  const account = (name: HookName, deduplicates: boolean): Account => ({
    channelId: `drill-${mark}-${name}`,
    secret: `whsec_${randomBytes(32).toString('base64')}`,
    deduplicates,
  })
  return { steady: account('steady', true), forgetful: account('forgetful', false) }
}

export function channelsOf(accounts: Accounts): string[] {
  return Object.values(accounts).map(({ channelId }) => channelId)
}

/** What the settings' file, or the command that saves a channel, holds for an account. */
export function channelOf(
  { channelId, secret, deduplicates }: Account,
  incidentId: string,
  networkPort: number,
): { channel: ChannelRecord; secrets: ChannelSecrets } {
  return {
    channel: {
      id: channelId,
      name: deduplicates ? 'Drill: steady network' : 'Drill: forgetful network',
      enabled: true,
      incidentId,
      settings: {
        kind: 'webhook',
        replyUrl: `http://127.0.0.1:${networkPort}/${channelId}`,
        longest: 2_000,
        deduplicates,
      },
    },
    secrets: { signing: [secret] },
  }
}

/** A desk for whoever opens a store before or beside the server. */
export function deskOf(store: Store): Desk {
  const fault = (error: unknown): string => {
    throw error
  }
  return new Desk(store, { random: Math.random, length: () => null, sameness: () => null, fault })
}

type Declaration = { id: string; channels: readonly string[]; leaseMs: number; actor?: Actor }

/** A reviewer has a review for as long as two people a claim. */
export function reviewLeaseOf(leaseMs: number): number {
  return 2 * leaseMs
}

const first = { pick: <T>(list: readonly T[]) => list[0] as T }

/** Declares the incident of a drill and has the company know it. Throws when it was not declared. */
export async function declareDrill(desk: Desk, { id, channels, leaseMs, actor = muster }: Declaration): Promise<void> {
  const { title, affected, know, maySay } = outage
  const outcome = await desk.handle(
    id,
    {
      id,
      type: 'incident/declare',
      title: `Drill: ${title}`,
      severity: 'sev1',
      affected,
      know,
      maySay,
      mustNotSay: wordsAt(1),
      example: '',
      topics: [],
      wordings: subjectNames.map((name, index) => wordingOf(name, index + 1, first)),
      channels: [...channels],
      drill: true,
      policy: { leaseMs, training: { ...defaultTraining, reviewLeaseMs: reviewLeaseOf(leaseMs) } },
    },
    actor,
  )
  if (outcome.type !== 'done') throw new Error(`the drill's incident was not declared: ${JSON.stringify(outcome)}`)
  await mirrorIncident(desk, id)
}

/** How many answer, how many of them came to help and are new to it, and how many review. */
export type Seats = { people: number; newcomers?: number; reviewers?: number }

/** A token for everybody who takes part; who came to help signs in as people do, for no token tells that of them. */
export async function castOf(desk: Desk, { people, newcomers = 0, reviewers = 0 }: Seats): Promise<Cast> {
  const [commander, lead, observer] = await Promise.all([
    persona(desk, 'Drill commander', 'commander'),
    persona(desk, 'Drill lead', 'lead'),
    persona(desk, 'Drill observer', 'observer'),
  ])
  const numbered = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name} ${index + 1}`)
  const responders = await Promise.all([
    ...numbered('Drill responder', people - newcomers).map(name => persona(desk, name, 'responder')),
    ...numbered('Drill newcomer', newcomers).map(name => newcomer(desk, name)),
  ])
  const reviewing = await Promise.all(
    numbered('Drill reviewer', reviewers).map(name => persona(desk, name, 'reviewer')),
  )
  return { commander, lead, observer, responders: mixed(responders), reviewers: reviewing }
}

/** Newcomers among the others, so that the first few of them are of either kind. */
function mixed(responders: readonly Persona[]): Persona[] {
  const [newcomers, others] = [true, false].map(kind => responders.filter(each => each.newcomer === kind)) as [
    Persona[],
    Persona[],
  ]
  const share = newcomers.length / responders.length
  return responders.map((_, place) => {
    const turn = Math.floor((place + 1) * share) > Math.floor(place * share)
    return (turn ? newcomers.shift() : others.shift()) ?? newcomers.shift() ?? others.shift()
  }) as Persona[]
}

async function persona(desk: Desk, name: string, role: Role): Promise<Persona> {
  const { outcome, secret } = await issueToken(desk, { name, role })
  if (outcome.type !== 'done') throw new Error(`There is no token for ${name}: ${JSON.stringify(outcome)}`)
  return { id: tokenActorId(hashOf(secret)), name, token: secret, newcomer: false }
}

async function newcomer(desk: Desk, name: string): Promise<Persona> {
  const id = name.toLowerCase().replaceAll(' ', '-')
  const [link, token] = [newSecret(), newSecret()]
  const person = { id, name, team: 'Elsewhere', role: 'responder', cohort: 'other' } as const
  await done(desk, { id: randomUUID(), type: 'person/save', person })
  await done(desk, { id: randomUUID(), type: 'link/issue', personId: id, link: hashOf(link) })
  await done(desk, { id: randomUUID(), type: 'link/redeem', link: hashOf(link), session: hashOf(token), former: null })
  return { id, name, token, newcomer: true }
}

async function done(desk: Desk, command: RoomCommand): Promise<void> {
  const outcome = await desk.handle(company.room, command, muster)
  if (outcome.type !== 'done') throw new Error(`${command.type} was answered ${JSON.stringify(outcome)}`)
}
