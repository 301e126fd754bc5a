import type { Claim, Conversation, Draft } from '@muster/shared/conversation.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import { type Correction, type Reply, Written } from '@muster/shared/reply.ts'
import type { Setback } from '@muster/shared/setback.ts'
import { type Change, type Context, change, type View } from './decision.ts'
import { stillBrought } from './draft.ts'
import { keyOf } from './indexes.ts'
import { tell } from './reply.ts'
import { unsaid } from './said.ts'

const lasting = Object.keys(Written.shape) as (keyof Written)[]

/** What a reply takes along into its next state. */
export function common(reply: Reply): Written {
  return Object.fromEntries(lasting.map(name => [name, reply[name]])) as Written
}

type Why =
  | { state: 'held' | 'failed'; reason: string; setbacks: Setback[]; reasons: GateReason[] }
  | { state: 'returned'; correction: Correction }
  | { state: 'recalled' }

const toldAs = {
  held: 'reply/held',
  failed: 'reply/failed',
  returned: 'review/returned',
  recalled: 'reply/recalled',
} as const

/** To its writer: with the claim, a whole lease and the text as they wrote it as a draft. */
export function giveBack(reply: Reply, former: Conversation, why: Why, view: View, context: Context): Change {
  const incident = view.get<Incident>(keyOf.incident)
  const until = context.now + (incident?.policy.leaseMs ?? 0)
  const returned: Reply = { ...common(reply), ...why, since: context.now, approval: null }
  const claim: Claim | null =
    former.claim === null ? null : { ...former.claim, replyId: null, until, correcting: why.state === 'returned' }
  const conversation = { ...former, claim }
  const { conversationId, fence, epoch, text, original } = reply
  const writer = besideHolder(reply, claim)
  const own = original ?? text
  const brought = stillBrought(view.get<Draft>(keyOf.draft(conversationId)), own)
  const draft: Draft = { conversationId, writer, fence, epoch, text: own, ...brought, savedAt: context.now }
  return change(
    [
      { key: keyOf.reply(reply.id), value: returned },
      { key: keyOf.conversation(conversationId), value: conversation },
      { key: keyOf.draft(conversationId), value: draft },
      ...(reply.attempts === 0 ? [] : unsaid(reply, view)),
    ],
    [tell(toldAs[why.state], conversation, returned, context)],
    { taken: false },
  )
}

/** Of two who wrote it the one who may leave, so that it is known of the text when they have. */
function besideHolder({ writer, partner }: Reply, claim: Claim | null): Draft['writer'] {
  return [writer, partner].find(one => one !== null && one.id !== claim?.holder.id) ?? writer
}
