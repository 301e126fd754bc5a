import { randomUUID } from 'node:crypto'
import type { Command } from '@muster/shared/command.ts'
import type { Incident } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { mirrorIncident } from '../desk/ask.ts'
import type { Desk } from '../desk/desk.ts'
import type { Safe } from '../desk/safe.ts'
import { sealed } from '../desk/sealing.ts'
import { type Actor, muster } from '../domain/decision.ts'
import { company, keyOf, lists } from '../domain/indexes.ts'
import { type Accounts, channelOf, channelsOf, declareDrill, newAccounts } from './foundation.ts'
import { PlayedNetworks } from './played-networks.ts'

type Start = Extract<Command, { type: 'drill/start' }>
type Surroundings = {
  desk: Desk
  safe: Safe
  /** Where this server's own doors are. */
  origin: string
  fault: (error: unknown, about: string) => string
}

/** Drills inside a running server, for people to train on: customers and networks are played by another process. */
export type Drills = {
  /** Done once customers begin to write; the answer names the incident. */
  start(actor: Actor, command: Start): Promise<Outcome>
  /** Resolves the drill's incident, lets what is leaving leave, and takes its channels away. */
  stop(incidentId: string): Promise<Outcome>
  /** Stops every drill of this server. */
  close(): Promise<void>
  /** Whether a running drill of this server listens there: the only address within that its channels may call. */
  isDrillTarget(host: string, port: number): boolean
}

const leaseMs = 60_000
const leavingLimitMs = 15_000

export function createDrills({ desk, safe, origin, fault }: Surroundings): Drills {
  const running = new Map<string, PlayedNetworks>()
  const starting = new Map<string, Promise<Outcome>>()
  const ports = new Set<number>()

  async function begin(actor: Actor, { id, level, minutes, seed }: Start): Promise<Outcome> {
    const accounts = newAccounts()
    const networks = new PlayedNetworks(() => void finish(id).catch(error => fault(error, 'drill')))
    try {
      const port = await networks.prepare({ url: origin, accounts, level, ms: minutes * 60_000, seed })
      ports.add(port)
      running.set(id, networks)
      await declareDrill(desk, { id, channels: channelsOf(accounts), leaseMs, actor })
      await saveChannels({ desk, safe }, accounts, id, port)
      networks.begin()
      return { type: 'done', seq: 0, answer: { incidentId: id } }
    } catch (error) {
      starting.delete(id)
      await finish(id).catch(problem => fault(problem, 'drill'))
      const reference = fault(error, 'drill/start')
      return {
        type: 'unavailable',
        sentence: `The drill could not begin. Tell whoever runs Muster: ${reference}.`,
        reference,
      }
    }
  }

  async function finish(incidentId: string): Promise<boolean> {
    const networks = running.get(incidentId)
    running.delete(incidentId)
    networks?.calm()
    const ended = await endIncident(desk, incidentId)
    networks?.end()
    if (networks?.port !== undefined) ports.delete(networks.port)
    return ended
  }

  return {
    start(actor, command) {
      const known = starting.get(command.id) ?? begin(actor, command)
      starting.set(command.id, known)
      return known
    },
    async stop(incidentId) {
      if (await finish(incidentId)) return { type: 'done', seq: 0, answer: { incidentId } }
      return { type: 'refused', refusal: notFound('drill') }
    },
    async close() {
      await Promise.all([...running.keys()].map(id => finish(id)))
    },
    isDrillTarget: (host, port) => host === '127.0.0.1' && ports.has(port),
  }
}

async function saveChannels(
  { desk, safe }: Pick<Surroundings, 'desk' | 'safe'>,
  accounts: Accounts,
  incidentId: string,
  port: number,
): Promise<void> {
  for (const account of Object.values(accounts)) {
    const command = { id: randomUUID(), type: 'channel/save', ...channelOf(account, incidentId, port) } as const
    const outcome = await desk.handle(company.room, sealed(safe, command), muster)
    if (outcome.type !== 'done') throw new Error(`a channel of the drill was not saved: ${JSON.stringify(outcome)}`)
  }
}

/** Also ends a drill whose server died: its incident is found by its id. False where there is no such drill. */
async function endIncident(desk: Desk, incidentId: string): Promise<boolean> {
  const { records } = await desk.store.read(incidentId, [keyOf.incident])
  const incident = (records[0]?.value ?? null) as Incident | null
  if (incident === null || !incident.drill) return false
  await desk.handle(incidentId, { id: randomUUID(), type: 'incident/resolve', incidentId }, muster)
  await mirrorIncident(desk, incidentId)
  await left(desk, incidentId)
  for (const channelId of incident.channels) {
    await desk.handle(company.room, { id: randomUUID(), type: 'channel/remove', channelId }, muster)
  }
  return true
}

/** Resolves when no reply is on its way any more, or when waiting for it is no use. */
async function left(desk: Desk, incidentId: string): Promise<void> {
  const until = performance.now() + leavingLimitMs
  const underway = async () =>
    (await desk.store.count(incidentId, lists.outbox)) + (await desk.store.count(incidentId, lists.sending))
  while (performance.now() < until && (await underway()) > 0) await new Promise(resolve => setTimeout(resolve, 100))
}
