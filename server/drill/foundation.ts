import { randomBytes } from 'node:crypto'
import type { ChannelRecord, ChannelSecrets } from '@muster/shared/channel.ts'
import type { Role } from '@muster/shared/role.ts'
import { hashOf } from '../auth/secret.ts'
import { issueToken } from '../auth/tokens.ts'
import { mirrorIncident } from '../desk/ask.ts'
import { Desk } from '../desk/desk.ts'
import { tokenActorId } from '../domain/access.ts'
import { type Actor, muster } from '../domain/decision.ts'
import type { Store } from '../store/store.ts'
import type { Cast } from './crowd.ts'
import { wordsAt } from './leaders.ts'
import type { Account } from './network.ts'
import { outage } from './phrases.ts'
import type { Persona } from './responder.ts'
import type { NetworkName } from './surge.ts'

export type Accounts = Readonly<Record<NetworkName, Account>>

/** Accounts on the two simulated networks, with ids of their own so that several drills do not meet. */
export function newAccounts(): Accounts {
  const mark = randomBytes(6).toString('hex')
  const account = (name: NetworkName, deduplicates: boolean): Account => ({
    channelId: `drill-${mark}-${name}`,
    secret: `whsec_${randomBytes(32).toString('base64')}`,
    deduplicates,
  })
  return { steady: account('steady', true), forgetful: account('forgetful', false) }
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

type Declaration = { id: string; accounts: Accounts; leaseMs: number; actor?: Actor }

/** Declares the incident of a drill and has the company know it. Throws when it was not declared. */
export async function declareDrill(desk: Desk, { id, accounts, leaseMs, actor = muster }: Declaration): Promise<void> {
  const { title, affected, know, maySay } = outage
  const channels = Object.values(accounts).map(({ channelId }) => channelId)
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
      wordings: [],
      channels,
      drill: true,
      policy: { leaseMs },
    },
    actor,
  )
  if (outcome.type !== 'done') throw new Error(`the drill's incident was not declared: ${JSON.stringify(outcome)}`)
  await mirrorIncident(desk, id)
}

/** A token for everybody who takes part. */
export async function castOf(desk: Desk, people: number): Promise<Cast> {
  const [commander, lead, observer] = await Promise.all([
    persona(desk, 'Drill commander', 'commander'),
    persona(desk, 'Drill lead', 'lead'),
    persona(desk, 'Drill observer', 'observer'),
  ])
  const names = Array.from({ length: people }, (_, index) => `Drill responder ${index + 1}`)
  return {
    commander,
    lead,
    observer,
    responders: await Promise.all(names.map(name => persona(desk, name, 'responder'))),
  }
}

async function persona(desk: Desk, name: string, role: Role): Promise<Persona> {
  const { outcome, secret } = await issueToken(desk, { name, role })
  if (outcome.type !== 'done') throw new Error(`There is no token for ${name}: ${JSON.stringify(outcome)}`)
  return { id: tokenActorId(hashOf(secret)), name, token: secret }
}
