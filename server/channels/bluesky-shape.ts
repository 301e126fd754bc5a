import { isAtUriString, isValidDid } from '@atproto/syntax'
import { z } from 'zod'

/** What of the network's answers is read, and how it must look. What else they hold is dropped. */

// No longer than what is kept of an address, and of a message's own id.
const Did = z.string().refine((did): boolean => did.length <= 320 && isValidDid(did), 'expected a DID')
const Cid = z.string().regex(/^[A-Za-z0-9+/=]{8,200}$/, 'expected a CID')
const AtUri = z.string().refine((uri): boolean => uri.length <= 998 && isAtUriString(uri), 'expected an at:// address')

/** What the server of direct messages names chats and messages by. */
const ChatId = z.string().regex(/^[!-~]{1,200}$/, 'expected an id of printed ASCII')

/** A post at a state of its text. */
export const PostRef = z.object({ uri: AtUri, cid: Cid })
export type PostRef = z.infer<typeof PostRef>

/** What a post needs to be answered: where its thread begins, and itself. */
export const PostAnchor = z.object({ root: PostRef, parent: PostRef })
export type PostAnchor = z.infer<typeof PostAnchor>

const Label = z.object({ val: z.string(), src: z.string(), neg: z.boolean().optional() })

export const Author = z.object({
  did: Did,
  handle: z.string().max(400),
  displayName: z.string().optional(),
  followersCount: z.number().int().nonnegative().optional(),
  labels: z.array(Label).optional().catch(undefined),
  viewer: z.object({ blockedBy: z.boolean().optional(), blocking: z.string().optional() }).optional(),
  /** Whoever takes no direct messages. */
  chatDisabled: z.boolean().optional(),
})
export type Author = z.infer<typeof Author>

export const PostRecord = z.object({
  text: z.string(),
  createdAt: z.string(),
  // A post that points nowhere sensible is still a post.
  reply: z.object({ root: PostRef, parent: PostRef }).optional().catch(undefined),
  embed: z.unknown().optional(),
})
export type PostRecord = z.infer<typeof PostRecord>

export const PostView = z.object({
  ...PostRef.shape,
  author: Author,
  record: z.unknown().optional(),
  viewer: z.object({ replyDisabled: z.boolean().optional() }).optional(),
})
export type PostView = z.infer<typeof PostView>

export const Notification = z.object({
  ...PostRef.shape,
  author: Author,
  record: z.unknown().optional(),
  indexedAt: z.iso.datetime({ offset: true }),
})
export type Notification = z.infer<typeof Notification>

export const NotificationPage = z.object({
  cursor: z.string().max(500).optional(),
  notifications: z.array(z.unknown()),
})
export const Posts = z.object({ posts: z.array(z.unknown()) })
export const Profiles = z.object({ profiles: z.array(z.unknown()) })

export const Session = z.object({
  did: Did,
  handle: z.string().max(400),
  accessJwt: z.string().min(1).max(8_000),
  refreshJwt: z.string().min(1).max(8_000),
  didDoc: z
    .object({ service: z.array(z.object({ id: z.string(), serviceEndpoint: z.unknown() })) })
    .optional()
    .catch(undefined),
})

export const Standing = z
  .object({ active: z.boolean().optional(), status: z.string().max(80).catch('inactive') })
  .catch({ status: 'inactive' })

export const Resolved = z.object({ did: Did })
export const OwnRecord = z.object({
  uri: AtUri,
  value: z.object({ text: z.string(), reply: z.object({ parent: PostRef }).optional() }),
})

export const DirectMessage = z.object({
  id: ChatId,
  text: z.string(),
  sender: z.object({ did: Did }),
  sentAt: z.string(),
  embed: z.unknown().optional(),
  replyTo: z.object({ id: z.string() }).optional().catch(undefined),
})
export type DirectMessage = z.infer<typeof DirectMessage>

export const LogPage = z.object({ cursor: z.string().max(500).optional(), logs: z.array(z.unknown()) })
export const LogEntry = z.object({
  $type: z.string(),
  convoId: ChatId.optional().catch(undefined),
  message: z.unknown().optional(),
})
export const DeletedMessage = z.object({ id: ChatId, sender: z.object({ did: Did }) })
export const Messages = z.object({ cursor: z.string().max(500).optional(), messages: z.array(z.unknown()) })

export const Conversation = z.object({
  convo: z.object({
    id: ChatId,
    members: z.array(Author),
    status: z.string().optional(),
    kind: z.object({ $type: z.string() }).optional().catch(undefined),
  }),
})

const commit = z.object({
  operation: z.enum(['create', 'update', 'delete']),
  collection: z.string(),
  rkey: z.string(),
  record: z.unknown().optional(),
  cid: z.string().optional(),
})
const told = { did: Did, time_us: z.number().int().nonnegative() }
/** A line of Jetstream (the frozen form of `/subscribe`). */
export const StreamEvent = z.discriminatedUnion('kind', [
  z.object({ ...told, kind: z.literal('commit'), commit }),
  z.object({
    ...told,
    kind: z.literal('account'),
    account: z.object({ active: z.boolean(), status: z.string().optional() }),
  }),
  z.object({ ...told, kind: z.literal('identity') }),
])
export type StreamEvent = z.infer<typeof StreamEvent>
