import { z } from 'zod'

/** What is read of what a server that speaks Mastodon's API says. All else it says is dropped. */

const Address = z.string().max(2_000)
const Id = z.string().min(1).max(100)
const When = z.string().max(40)

/** A name that a reply may mention: no part of it is a name or a line of its own. With its server it fits an address. */
const nameOfAccount = /^[^\s@\p{Cc}\p{Cs}]{1,64}(@[^\s@\p{Cc}\p{Cs}]{1,253})?$/u

export const Account = z.object({
  id: Id,
  username: z.string().max(500),
  /** `user` for one of the same server, `user@host` for all others. */
  acct: z.string().regex(nameOfAccount, 'expected an account: a name, or a name, @ and its server'),
  display_name: z.string().max(10_000).default(''),
  bot: z.boolean().nullish(),
  suspended: z.boolean().nullish(),
  followers_count: z.number().int().nonnegative().nullish().catch(null),
})

const Attachment = z.object({
  type: z.string().max(50).default('unknown'),
  url: Address.nullish(),
  remote_url: Address.nullish(),
  description: z.string().nullish(),
})

export const Status = z.object({
  id: Id,
  created_at: When,
  edited_at: When.nullish(),
  in_reply_to_id: Id.nullish(),
  visibility: z.string().max(50),
  language: z.string().max(50).nullish(),
  spoiler_text: z.string().default(''),
  content: z.string(),
  uri: Address,
  url: Address.nullish(),
  account: Account,
  mentions: z.array(z.object({ id: Id, acct: z.string().max(500) })).default([]),
  media_attachments: z.array(Attachment).default([]),
  poll: z.object({ options: z.array(z.object({ title: z.string() })) }).nullish(),
})
export type Status = z.infer<typeof Status>

/** One entry of the account's notifications. Those about a post carry it. */
export const Notice = z.object({ id: Id, type: z.string().max(50), created_at: When, status: Status.nullish() })
export type Notice = z.infer<typeof Notice>

/** Enough of a notice to go on after it, when nothing else of it can be read. */
export const NoticeStub = z.object({
  id: Id.nullish().catch(null),
  created_at: When.nullish().catch(null),
  status: z.object({ id: Id }).nullish().catch(null),
})

/** The text of a post of ours as it was handed in. */
export const Source = z.object({ text: z.string() })

export const Instance = z.object({
  domain: z.string().min(1).max(253),
  /** GoToSocial: what its accounts end in, where that is another. */
  account_domain: z.string().min(1).max(253).nullish(),
  configuration: z.object({
    urls: z.object({ streaming: Address.nullish() }).nullish(),
    statuses: z.object({ max_characters: z.number().int().min(1).max(100_000) }),
  }),
})

/** What a server says when it refuses something. */
export const Complaint = z.object({ error: z.string(), error_description: z.string().optional() })

/** One message of the stream: `payload` is a post's id or JSON, whichever the event goes with. */
export const StreamEvent = z.object({ event: z.string().max(50), payload: z.string().nullish() })
export type StreamEvent = z.infer<typeof StreamEvent>
