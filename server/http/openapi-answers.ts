import { AlertSource } from '@muster/shared/alert.ts'
import { ChannelHealth, ChannelRecord, Sameness } from '@muster/shared/channel.ts'
import { Conversation, Draft, Message } from '@muster/shared/conversation.ts'
import { Defect } from '@muster/shared/defect.ts'
import type { IncidentsAnswer } from '@muster/shared/endpoint.ts'
import { ReplyMark, Told } from '@muster/shared/entry.ts'
import { Facts, Incident, Responder, Wording } from '@muster/shared/incident.ts'
import { Likeness } from '@muster/shared/likeness.ts'
import { type Permission, permissions } from '@muster/shared/permission.ts'
import { Cursor } from '@muster/shared/position.ts'
import { Proposal } from '@muster/shared/proposal.ts'
import type * as protocol from '@muster/shared/protocol.ts'
import { Reply } from '@muster/shared/reply.ts'
import { Role } from '@muster/shared/role.ts'
import { StatusPage, StatusUpdate } from '@muster/shared/status-page.ts'
import { Bench, Cohort, Readiness } from '@muster/shared/training.ts'
import { Pipes } from '@muster/shared/weather.ts'
import { z } from 'zod'

const Numbered = Told.and(z.object({ seq: z.number().int() }))
export const Person = z.object({
  id: z.string(),
  name: z.string(),
  team: z.string(),
  role: Role,
  cohort: Cohort,
  readiness: Readiness.nullable(),
  disabled: z.boolean(),
  incidentId: z.string().nullable(),
})
/** Of what stands in the settings, besides what was saved. */
const shown = { secrets: z.array(z.string()), version: z.string() }
export const Channel = ChannelRecord.extend({ health: ChannelHealth, ...shown })
export const Incidents = z.object({
  incidents: z.array(Incident),
  proposals: z.array(Proposal),
  quarantined: z.number().int().nonnegative(),
}) satisfies z.ZodType<IncidentsAnswer>
export const AlertSourceShown = AlertSource.extend(shown)
export const StatusPageShown = StatusPage.extend(shown)
export const Me = Person.omit({ cohort: true, readiness: true, disabled: true }).extend({
  permissions: z.array(z.enum(Object.keys(permissions) as [Permission, ...Permission[]])),
  protocolVersion: z.number().int(),
})
export const Snapshot = z.object({
  at: Cursor,
  incident: Incident,
  facts: Facts,
  wordings: z.array(Wording),
  channels: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      kind: z.enum(['mail', 'webhook', 'bluesky', 'mastodon', 'x']),
      counting: z.enum(['characters', 'bluesky', 'mastodon', 'x']),
      longest: z.number().int().nullable(),
      sameness: Sameness.nullable(),
    }),
  ),
  conversations: z.array(Conversation),
  responders: z.array(Responder),
  replies: z.array(ReplyMark),
  bench: Bench,
  pipes: Pipes,
  updates: z.array(StatusUpdate),
}) satisfies z.ZodType<protocol.Snapshot>
export const Entries = z.union([
  z.object({ type: z.literal('resumed'), at: Cursor, entries: z.array(Numbered) }),
  z.object({ type: z.literal('reset'), at: Cursor }),
])
export const Detail = z.object({
  conversation: Conversation,
  messages: z.array(Message),
  replies: z.array(Reply),
  draft: Draft.nullable(),
  maybeSame: z.array(z.object({ conversation: Conversation, because: Likeness })),
}) satisfies z.ZodType<protocol.ConversationDetail>
export const Sampled = z.object({
  reply: Reply,
  asked: z.array(z.string()),
  since: z.array(z.string()),
  answeredBy: z.array(z.string()),
})
export const Quarantined = z.object({
  id: z.string(),
  kind: z.enum(['message', 'alert']),
  channelId: z.string(),
  name: z.string(),
  defect: Defect,
  arrivedAt: z.number().int(),
  beginning: z.string(),
  bytes: z.number().int(),
})
