import type { Incident } from '@muster/shared/incident.ts'
import type { Received } from '../channels/channel.ts'
import { muster } from '../domain/decision.ts'
import { keyOf } from '../domain/indexes.ts'
import type { Desk } from './desk.ts'
import { known } from './known.ts'
import { incidentsOf } from './picture.ts'

type Bounced = Extract<Received, { type: 'bounced' }>

/** Takes in that a reply came back. Resolves when it is stored; one of a reply that nobody knows is none of ours. */
export async function takeBounce(desk: Desk, { replyId, setback, at }: Bounced): Promise<void> {
  const incident = await incidentWith(desk, replyId)
  if (incident === null) return
  const bounce = { id: crypto.randomUUID(), type: 'reply/bounce', replyId, setback, at } as const
  known(await desk.handle(incident.id, bounce, muster))
}

async function incidentWith(desk: Desk, replyId: string): Promise<Incident | null> {
  for (const incident of await incidentsOf(desk.store)) {
    const { records } = await desk.store.read(incident.id, [keyOf.reply(replyId)])
    if (records[0]) return incident
  }
  return null
}
