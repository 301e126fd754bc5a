import { z } from 'zod'

/**
 * What X answers and sends, as far as it is needed. Its OpenAPI file names some fields otherwise than its guides and samples
 * do ("edit_history_post_ids", "edit_history_tweet_ids"): both are read, and what nobody needs may look as it likes.
 */
const Id = z.string().regex(/^\d{1,19}$/)
const Words = z.string().max(100_000)
/** Far more than any post names or links to. */
const mostListed = 500

function listOf<T extends z.ZodType>(of: T) {
  return z.array(of).max(mostListed).nullish().catch(null)
}

/** X lets them have 15 characters; whoever is called anything else is known by their number. */
const Username = z.string().regex(/^\w{1,50}$/)

const RawUser = z.object({
  id: Id,
  username: Username.optional().catch(undefined),
  name: Words.optional().catch(undefined),
  protected: z.boolean().optional().catch(undefined),
  public_metrics: z.object({ followers_count: z.number().int().nonnegative() }).optional().catch(undefined),
})

export const XUser = RawUser.transform(({ public_metrics, username, name, ...user }) => ({
  id: user.id,
  username: username ?? null,
  name: name ?? '',
  followersOnly: user.protected === true,
  reach: public_metrics?.followers_count ?? null,
}))
export type XUser = z.output<typeof XUser>

const Reference = z.object({ type: z.string(), id: Id })
const Mention = z.object({ username: Words.nullish(), id: Id.nullish() })
const Address = z.string().max(2_000).nullish().catch(null)
const Url = z.object({ url: Address, expanded_url: Address })
const Entities = z.object({ mentions: listOf(Mention), urls: listOf(Url) })
const Note = z.object({ text: Words, entities: Entities.nullish().catch(null) })

const RawPost = z.object({
  id: Id,
  author_id: Id,
  text: Words,
  created_at: Words.optional().catch(undefined),
  conversation_id: Id.optional().catch(undefined),
  edit_history_tweet_ids: listOf(Id),
  edit_history_post_ids: listOf(Id),
  referenced_tweets: listOf(Reference),
  referenced_posts: listOf(Reference),
  note_tweet: Note.optional().catch(undefined),
  note_post: Note.optional().catch(undefined),
  entities: Entities.nullish().catch(null),
  reply_settings: Words.optional().catch(undefined),
})

export const XPost = RawPost.transform(post => {
  const note = post.note_tweet ?? post.note_post
  const entities = note?.entities ?? post.entities
  const createdAt = Date.parse(post.created_at ?? '')
  return {
    id: post.id,
    authorId: post.author_id,
    /** As X writes it: with "&amp;", and links shortened. */
    text: note?.text ?? post.text,
    createdAt: Number.isNaN(createdAt) ? null : Math.max(0, createdAt),
    /** Every version of it, the first written first. */
    versions: post.edit_history_tweet_ids ?? post.edit_history_post_ids ?? [post.id],
    references: post.referenced_tweets ?? post.referenced_posts ?? [],
    mentions: entities?.mentions ?? [],
    urls: entities?.urls ?? [],
    replySettings: post.reply_settings ?? 'everyone',
  }
})
export type XPost = z.output<typeof XPost>

/** Samples of X show an expanded user as it is, and also within "data". */
const Included = z.union([z.object({ data: XUser }).transform(({ data }) => data), XUser])

export const Includes = z
  .object({ users: z.array(Included).nullish().catch(null) })
  .nullish()
  .catch(null)
export type Includes = z.output<typeof Includes>

const Problem = z.object({
  type: Words.optional().catch(undefined),
  title: Words.optional().catch(undefined),
  detail: Words.optional().catch(undefined),
  message: Words.optional().catch(undefined),
  status: z.number().optional().catch(undefined),
  resource_id: Words.optional().catch(undefined),
  value: Words.optional().catch(undefined),
  connection_issue: Words.optional().catch(undefined),
})
export type Problem = z.output<typeof Problem>

/** What X says is wrong: alone, or as the first of several. */
export const Problems = Problem.extend({ errors: listOf(Problem) })

const Meta = z.object({ next_token: z.string().max(1_000).optional() }).optional()

/** A page of anything; what of it cannot be read is judged one by one. */
export const Page = z.object({
  data: z.array(z.unknown()).default([]),
  includes: Includes,
  errors: listOf(Problem),
  meta: Meta,
})
export type Page = z.output<typeof Page>

/** A post of the stream that is searched for words. */
export const Searched = z.object({
  data: z.unknown(),
  includes: Includes,
  matching_rules: listOf(z.object({ tag: z.string().optional() })),
})

export const Me = z.object({ data: XUser })
export const Created = z.object({ data: z.object({ id: Id }) })
export const CreatedDirect = z.object({ data: z.object({ dm_event_id: z.string().regex(/^\d{1,25}$/) }) })

export const DirectEvent = z
  .object({
    id: z.string().regex(/^\d{1,25}$/),
    event_type: z.string(),
    sender_id: Id.optional(),
    text: Words.default(''),
    created_at: Words.optional().catch(undefined),
  })
  .transform(({ id, event_type, sender_id, text, created_at }) => {
    const at = Date.parse(created_at ?? '')
    return { id, type: event_type, senderId: sender_id ?? null, text, at: Number.isNaN(at) ? null : Math.max(0, at) }
  })
export type DirectEvent = z.output<typeof DirectEvent>

export const Rules = z.object({
  data: z.array(z.object({ id: z.string(), value: z.string(), tag: z.string().optional() })).default([]),
  meta: Meta,
})
export const Subscription = z.object({
  subscription_id: z.string(),
  event_type: z.string(),
  filter: z.object({ user_id: z.string().optional() }).optional(),
  webhook_id: z.string().nullish(),
})
export const Webhooks = z.object({
  data: z.array(z.object({ id: z.string(), url: z.string(), valid: z.boolean().optional() })).default([]),
})
export const Tokens = z.object({
  access_token: z.string().min(1).max(4_000),
  refresh_token: z.string().min(1).max(4_000).optional(),
  expires_in: z.number().positive().max(31_536_000).optional(),
})
