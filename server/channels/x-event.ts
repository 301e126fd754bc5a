import { z } from 'zod'
import { jsonOf } from './json.ts'
import { Includes, XPost, XUser } from './x-shape.ts'

/** What happened, as X's activity API tells it. What is about nobody here, or of a kind nobody asked for, is nothing. */
export type XEvent =
  | { type: 'post'; post: XPost; author: XUser | null; summons: boolean }
  | { type: 'direct'; id: string; senderId: string; text: string; at: number | null; sender: XUser | null }
  | { type: 'deleted'; postId: string }
  | { type: 'revoked' }
  | { type: 'nothing' }

const Envelope = z.object({
  data: z.object({
    event_type: z.string(),
    filter: z.object({ user_id: z.string().optional() }).nullish().catch(null),
    payload: z.unknown(),
    includes: Includes,
  }),
})

const Id = z.string().regex(/^\d{1,25}$/)
const Kind = z.object({ type: z.string() })
const Message = z.object({
  id: Id,
  created_timestamp: z.string().optional().catch(undefined),
  message_create: z.object({ sender_id: Id, message_data: z.object({ text: z.string().max(100_000) }) }),
})
const Directs = z.object({
  direct_message_events: z.array(z.unknown()).max(100),
  users: z.record(z.string(), z.unknown()).nullish().catch(null),
})
const Deleted = z.object({ id: Id })
const Held = z.object({ data: XUser })

const summoning = ['post.mention.create', 'post.quote.create']
const posting = [...summoning, 'post.reply.create', 'post.create']

export class NotAsDocumented extends Error {
  /** What of it is not. */
  readonly field: string | null

  constructor(sentence: string, field: string | null) {
    super(sentence)
    this.field = field
  }
}

/** Throws `NotAsDocumented` where it is of a kind that is known, and looks otherwise. */
export function readEvents(raw: Uint8Array | string, userId: string): XEvent[] {
  const parsed = Envelope.safeParse(jsonOf(raw))
  if (!parsed.success) throw new NotAsDocumented('It is no event of X.', null)
  const { event_type, filter, payload, includes } = parsed.data.data
  if (event_type === 'oauth.revoke') return [{ type: 'revoked' }]
  if (filter?.user_id !== userId) return [{ type: 'nothing' }]
  if (posting.includes(event_type)) return [postIn(event_type, payload, includes)]
  if (event_type === 'dm.received') return directsIn(payload)
  if (event_type === 'post.delete') return [{ type: 'deleted', postId: shaped(Deleted, payload).id }]
  return [{ type: 'nothing' }]
}

function postIn(kind: string, payload: unknown, includes: Includes): XEvent {
  const post = shaped(XPost, payload)
  const author = includes?.users?.find(({ id }) => id === post.authorId) ?? null
  return { type: 'post', post, author, summons: summoning.includes(kind) }
}

function directsIn(payload: unknown): XEvent[] {
  const { direct_message_events: events, users } = shaped(Directs, payload)
  const messages = events.filter(event => Kind.safeParse(event).data?.type === 'message_create')
  return messages.map(event => {
    const { id, created_timestamp, message_create } = shaped(Message, event)
    const senderId = message_create.sender_id
    const sender = Held.safeParse(users?.[senderId]).data?.data ?? null
    const text = message_create.message_data.text
    const at = /^\d{1,15}$/.test(created_timestamp ?? '') ? Number(created_timestamp) : null
    return { type: 'direct', id, senderId, text, at, sender }
  })
}

function shaped<T>(shape: z.ZodType<T>, given: unknown): T {
  const read = shape.safeParse(given)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  const field = issue?.path.join('.') || 'payload'
  throw new NotAsDocumented(`Its ${field} is not as X documents it: ${issue?.message ?? 'unknown'}.`, field)
}
