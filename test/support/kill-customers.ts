import { mirrorIncident } from '@muster/server/desk/ask.ts'
import type { Desk } from '@muster/server/desk/desk.ts'
import type { RoomCommand } from '@muster/server/domain/decide.ts'
import type { Actor } from '@muster/server/domain/decision.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { castOf, deskOf } from '@muster/server/drill/foundation.ts'
import type { RealNetwork } from '@muster/server/drill/real-network.ts'
import type { Store } from '@muster/server/store/store.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import { arriving, cora, declaring, muster, nextId } from './builders.ts'
import type { PlayedNetworks } from './played-networks.ts'

/** A customer whom somebody is about to answer. */
export type Held = { conversationId: string; fence: number; channelId: string; address: string }

type Scene = { desk: Desk; incidentId: string; networks: PlayedNetworks; responder: Actor }

const monthMs = 30 * 86_400_000

/** An incident in which one person holds so many customers of every network, and a lead. */
export async function declared(store: Store, networks: PlayedNetworks, customers: number) {
  const desk = deskOf(store)
  const policy = { leaseMs: monthMs, claimsPerPerson: 1_000_000 }
  const declare = declaring({ id: crypto.randomUUID(), policy })
  const incidentId = declare.id
  await give(desk, incidentId, declare, cora)
  await mirrorIncident(desk, incidentId)
  const { lead, responders } = await castOf(desk, { people: 1 })
  const { id = '', name = '', token = '' } = responders[0] ?? {}
  const responder = { id, name, team: '', role: 'responder', incidentId: null } as const
  await give(desk, incidentId, { id: nextId(), type: 'incident/join', incidentId }, responder)
  const scene = { desk, incidentId, networks, responder }
  const held: Held[] = []
  for (let number = 1; number <= customers; number++) {
    held.push(...(await Promise.all(networks.all.map(network => customer(scene, network, number)))))
  }
  return { incidentId, held, tokens: { responder: token, lead: lead.token } }
}

async function customer(scene: Scene, network: RealNetwork, number: number): Promise<Held> {
  const { desk, incidentId, networks, responder } = scene
  const { channelId } = network
  const arrival = networks.write(network, number)
  await give(desk, incidentId, arriving(arrival, channelId), muster)
  const conversationId = messageIdOf(channelId, arrival.externalId)
  const claim = { id: nextId(), type: 'conversation/claim', incidentId, conversationId } as const
  const { conversation } = await give(desk, incidentId, claim, responder)
  const { fence } = conversation as Conversation
  return { conversationId, fence, channelId, address: arrival.from.address }
}

async function give(desk: Desk, incidentId: string, command: RoomCommand, actor: Actor) {
  const outcome = await desk.handle(incidentId, command, actor)
  if (outcome.type !== 'done') throw new Error(`${command.type} was answered ${JSON.stringify(outcome)}`)
  return outcome.answer
}
