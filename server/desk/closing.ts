import type { Received } from '../channels/channel.ts'
import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { messageIdOf } from '../domain/message.ts'
import type { Desk } from './desk.ts'
import { known } from './known.ts'

type Closed = Pick<Extract<Received, { type: 'closed' }>, 'externalId' | 'closed' | 'at'>

/** Its channel says that a message can no more be answered: told to the incident that has it, or kept with what waits for one. */
export async function closeMessage(desk: Desk, channelId: string, { externalId, closed, at }: Closed): Promise<void> {
  const messageId = messageIdOf(channelId, externalId)
  const told = { id: `@c-${messageId}-${at}`, messageId, closed, at }
  const { answer } = known(await desk.handle(company.room, { ...told, type: 'message/shut' }, muster))
  const { incidentId } = answer as { incidentId: string | null }
  if (incidentId !== null) known(await desk.handle(incidentId, { ...told, type: 'message/close' }, muster))
}
