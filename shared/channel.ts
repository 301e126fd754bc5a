import { z } from 'zod'
import { Complaint } from './complaint.ts'
import { Identifier, line } from './identifier.ts'
import { leastLagObjectiveOf } from './lag-objective.ts'
import { ReceivingState } from './receiving-state.ts'
import { type Wanted, wanted } from './wanted.ts'

const Host = z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, wanted.host)
const Port = z.number().int().min(1).max(65_535)

const MailServer = z.object({
  host: Host,
  port: Port,
  /** `tls` from the first byte, `starttls` before signing in, `none` only for a server on this machine. */
  security: z.enum(['tls', 'starttls', 'none']),
  user: z.string().max(320),
})

/** Signing in with OAuth 2 (XOAUTH2) instead of a password: where a refresh token is changed for an access token. */
const MailOAuth = z.object({
  tokenUrl: z.url({ protocol: /^https?$/, error: wanted['web-address'] }).max(500),
  clientId: z.string().min(1).max(300),
  scope: z.string().max(1_000).default(''),
})

/** Who posts raw mails to the channel's address, where no mailbox is read. */
export const MailInbound = z.enum(['postmark', 'mailgun', 'raw'])
export type MailInbound = z.infer<typeof MailInbound>

export const MailSettings = z.object({
  kind: z.literal('mail'),
  address: z.email(wanted['mail-address']),
  mailbox: z.string().min(1).max(200).default('INBOX'),
  /** Null where mail comes by `inbound` alone. */
  imap: MailServer.nullable(),
  smtp: MailServer,
  /** Null where the password signs in. */
  oauth: MailOAuth.nullable().optional(),
  inbound: MailInbound.nullable().optional(),
  /** How many mails its server lets it send in 24 hours; null where nobody said. */
  dailyLimit: z.number().int().min(1).max(10_000_000).nullable().optional(),
  /** Sent once to whoever writes and provably is who they say (DMARC); null for none. */
  acknowledgement: z
    .object({ subject: line(200), text: z.string().min(1).max(4_000) })
    .nullable()
    .optional(),
  /** The mail server whose Authentication-Results are believed, by the name it gives itself; null: nobody's are. */
  trustedServer: z.string().max(253).nullable().optional(),
})
export type MailSettings = z.infer<typeof MailSettings>

export const WebhookSettings = z.object({
  kind: z.literal('webhook'),
  /** Where replies are posted; null for a channel that only receives. */
  replyUrl: z
    .url({ protocol: /^https?$/, error: wanted['web-address'] })
    .max(2_000)
    .nullable(),
  /** Longest reply it takes, in characters. */
  longest: z.number().int().min(1).max(20_000).default(10_000),
  /** Whether the receiver drops a repeated webhook-id, so that a reply may be posted again when its fate is unknown. A naive one does not. */
  deduplicates: z.boolean().default(false),
})
export type WebhookSettings = z.infer<typeof WebhookSettings>

const Address = z.url({ protocol: /^https?$/, error: wanted['web-address'] }).max(500)
/** Words that are looked for in posts that name nobody. */
const SearchWords = z.array(line(60)).min(1).max(50)

export const BlueskySettings = z.object({
  kind: z.literal('bluesky'),
  /** The server the account lives on. */
  service: Address,
  handle: z.string().regex(/^[A-Za-z0-9.-]{3,253}$/, wanted.handle),
  directMessages: z.boolean(),
  /** Has the whole network listened to for these words; null: only what names the account comes in. */
  search: z
    .object({
      jetstream: z.url({ protocol: /^wss?$/, error: wanted['socket-address'] }).max(500),
      words: SearchWords,
    })
    .nullable(),
})
export type BlueskySettings = z.infer<typeof BlueskySettings>

export const MastodonSettings = z.object({
  kind: z.literal('mastodon'),
  /** The account's server. */
  server: Address,
  /** Longest post it takes, as it said when it was last asked. */
  longest: z.number().int().min(1).max(100_000).default(500),
})
export type MastodonSettings = z.infer<typeof MastodonSettings>

/** X takes words between quotation marks, and nothing of them may end those. */
const SearchedWord = line(60).regex(/[^\s"\\]/, wanted.searchable)

export const XSettings = z.object({
  kind: z.literal('x'),
  api: Address.default('https://api.x.com'),
  userId: z.string().regex(/^\d{1,19}$/, wanted['account-number']),
  username: z.string().regex(/^[A-Za-z0-9_]{1,15}$/, wanted['account-name']),
  /** What the account pays for: with `self-serve` only those may be answered who named or quoted it. */
  plan: z.enum(['self-serve', 'enterprise']),
  /** How new posts come: by calls to the channel's address, or by a stream that is kept open. */
  receive: z.enum(['webhook', 'stream']),
  directMessages: z.boolean(),
  /** Null: only what names the account comes in. */
  search: z.object({ words: z.array(SearchedWord).min(1).max(50) }).nullable(),
})
export type XSettings = z.infer<typeof XSettings>

export const ChannelSettings = z.discriminatedUnion('kind', [
  MailSettings,
  WebhookSettings,
  BlueskySettings,
  MastodonSettings,
  XSettings,
])
export type ChannelSettings = z.infer<typeof ChannelSettings>
export type ChannelKind = ChannelSettings['kind']

/** Written once, never read back by any door. */
export const ChannelSecrets = z.object({
  /** The mailbox's password, for IMAP and SMTP alike; on Bluesky an app password. */
  password: z.string().max(1_000).optional(),
  /** Access token: Mastodon's, or X's of the account. */
  token: z.string().max(4_000).optional(),
  /** OAuth 2, of mail and X: changed for access tokens. */
  refreshToken: z.string().max(4_000).optional(),
  clientId: z.string().max(300).optional(),
  clientSecret: z.string().max(1_000).optional(),
  /** X: signs its calls to us, and proves to it that the address is ours. */
  consumerSecret: z.string().max(1_000).optional(),
  /** X: of the app alone, for streams. */
  bearer: z.string().max(4_000).optional(),
  /** Mail by webhook: the password or signing key that the provider calls with. */
  inboundKey: z.string().min(16, 'expected at least 16 characters').max(1_000).optional(),
  /** Standard Webhooks secrets, `whsec_` and base64. The first signs what goes out; all are accepted on what comes in. */
  signing: z
    .array(z.string().regex(/^whsec_[A-Za-z0-9+/=]{32,120}$/, wanted['signing-secret']))
    .max(3)
    .optional(),
})
export type ChannelSecrets = z.infer<typeof ChannelSecrets>

/** How like what went out a reply may be: from which likeness on two are too alike (1: the same), and how many may be. */
export const Sameness = z.object({
  likeness: z.number().min(0.5).max(1),
  allowed: z.number().int().min(0).max(20),
})
export type Sameness = z.infer<typeof Sameness>

export const ChannelRecord = z.object({
  id: Identifier,
  name: line(80),
  enabled: z.boolean(),
  /** The only incident it feeds (a drill's channel); null for one that feeds whichever is open. */
  incidentId: Identifier.nullable(),
  settings: ChannelSettings,
  /** Null: as is usual for its kind, strict where everybody reads along, none in mail. */
  sameness: z
    .union([Sameness, z.literal('off')])
    .nullable()
    .optional(),
  /** Lets out no more than this, where the commander wants less than the network allows. */
  pace: z
    .object({ most: z.number().int().min(1).max(1_000_000), perMs: z.number().int().min(1_000).max(86_400_000) })
    .nullable()
    .optional(),
  /** Most it may cost in a calendar month (UTC), in millionths of a dollar: then nothing more leaves by it. Null: no cap. */
  costCap: z.number().int().min(0).max(1_000_000_000_000).nullable().optional(),
  /** For how long it may have read nothing before that is an alarm, in ms; null: as is usual for its kind. */
  lagObjectiveMs: z.number().int().min(5_000).max(3_600_000).nullable().optional(),
})
export type ChannelRecord = z.infer<typeof ChannelRecord>

/** Everybody reads what is posted in public; a mail is read by one. */
const strict: Sameness = { likeness: 0.8, allowed: 0 }
const usualSameness: Record<ChannelKind, Sameness | null> = {
  webhook: strict,
  bluesky: strict,
  mastodon: strict,
  x: strict,
  mail: null,
}

export function samenessOf({ sameness, settings }: Pick<ChannelRecord, 'sameness' | 'settings'>): Sameness | null {
  return sameness === 'off' ? null : (sameness ?? usualSameness[settings.kind])
}

/** A channel as it is handed in, to be kept. */
export const SavedChannel = ChannelRecord.superRefine(({ lagObjectiveMs, settings }, context) => {
  const least = leastLagObjectiveOf(settings)
  if ((lagObjectiveMs ?? least) >= least) return
  const message = `expected at least ${least} ms: a channel of this kind is looked at no oftener while all is well`
  const wanted: Wanted = { code: 'least-seconds', values: { number: least / 1_000 } }
  context.addIssue({ code: 'custom', path: ['lagObjectiveMs'], message, params: { wanted } })
})

/** How a channel is doing, as screens show it. */
export const ChannelHealth = z.object({
  id: Identifier,
  name: z.string(),
  kind: z.enum(['mail', 'webhook', 'bluesky', 'mastodon', 'x']),
  state: ReceivingState,
  /** What is wrong and since when; null while all is well. */
  complaint: Complaint.nullable(),
  /** How far behind its network it may be, in ms: how long ago it surely had read everything. Null where nobody can tell. */
  lagMs: z.number().int().nonnegative().nullable(),
})
export type ChannelHealth = z.infer<typeof ChannelHealth>
