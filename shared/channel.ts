import { z } from 'zod'
import { Identifier, line } from './identifier.ts'

const Host = z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'expected a host name or an address')
const Port = z.number().int().min(1).max(65_535)

const MailServer = z.object({
  host: Host,
  port: Port,
  /** `tls` from the first byte, `starttls` before signing in, `none` only for a server on this machine. */
  security: z.enum(['tls', 'starttls', 'none']),
  user: z.string().max(320),
})

export const MailSettings = z.object({
  kind: z.literal('mail'),
  address: z.email('expected a mail address'),
  mailbox: z.string().min(1).max(200).default('INBOX'),
  imap: MailServer,
  smtp: MailServer,
})
export type MailSettings = z.infer<typeof MailSettings>

export const WebhookSettings = z.object({
  kind: z.literal('webhook'),
  /** Where replies are posted; null for a channel that only receives. */
  replyUrl: z
    .url({ protocol: /^https?$/, error: 'expected an http or https address' })
    .max(2_000)
    .nullable(),
  /** Longest reply it takes, in characters. */
  longest: z.number().int().min(1).max(20_000).default(10_000),
  /** Whether the receiver drops a repeated webhook-id, so that a reply may be posted again when its fate is unknown. */
  deduplicates: z.boolean().default(true),
})
export type WebhookSettings = z.infer<typeof WebhookSettings>

export const ChannelSettings = z.discriminatedUnion('kind', [MailSettings, WebhookSettings])
export type ChannelSettings = z.infer<typeof ChannelSettings>

/** Written once, never read back by any door. */
export const ChannelSecrets = z.object({
  /** The mailbox's password, for IMAP and SMTP alike. */
  password: z.string().max(1_000).optional(),
  /** Standard Webhooks secrets, `whsec_` and base64. The first signs what goes out; all are accepted on what comes in. */
  signing: z
    .array(z.string().regex(/^whsec_[A-Za-z0-9+/=]{32,120}$/, 'expected "whsec_" and 24 to 64 bytes of base64'))
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
})
export type ChannelRecord = z.infer<typeof ChannelRecord>

/** Everybody reads what is posted in public; a mail is read by one. */
const usualSameness = { webhook: { likeness: 0.8, allowed: 0 }, mail: null } as const

export function samenessOf({ sameness, settings }: Pick<ChannelRecord, 'sameness' | 'settings'>): Sameness | null {
  return sameness === 'off' ? null : (sameness ?? usualSameness[settings.kind])
}

/** How a channel is doing, as screens show it. */
export const ChannelHealth = z.object({
  id: Identifier,
  name: z.string(),
  kind: z.enum(['mail', 'webhook']),
  state: z.enum(['receiving', 'connecting', 'away', 'off']),
  /** The sentence for a person: what is wrong and since when; null while all is well. */
  complaint: z.string().nullable(),
})
export type ChannelHealth = z.infer<typeof ChannelHealth>
