import { z } from 'zod'
import type { ChannelHealth, ChannelRecord } from './channel.ts'
import { Identifier, line } from './identifier.ts'
import type { Incident } from './incident.ts'
import type { Permission, Role } from './role.ts'

/** HTTP paths of the server, in one place for the server, the screens and the OpenAPI document. */
export const paths = {
  signIn: '/api/sign-in',
  signOut: '/api/sign-out',
  me: '/api/me',
  password: '/api/password',
  commands: '/api/commands',
  incidents: '/api/incidents',
  snapshot: '/api/incidents/:incidentId/snapshot',
  timeline: '/api/incidents/:incidentId/timeline',
  entries: '/api/incidents/:incidentId/entries',
  conversation: '/api/incidents/:incidentId/conversations/:conversationId',
  channels: '/api/channels',
  people: '/api/people',
  playbooks: '/api/playbooks',
  quarantine: '/api/quarantine',
  hook: '/hooks/:channelId',
  health: '/healthz',
  ready: '/readyz',
  metrics: '/metrics',
  openapi: '/openapi.json',
} as const

/** Either the secret of a one-time link, or a name and a password. */
export const SignIn = z.union([
  z.object({ link: z.string().min(20).max(200) }),
  z.object({ name: line(80), password: z.string().min(1).max(200) }),
])
export type SignIn = z.infer<typeof SignIn>

export const NewPassword = z.object({ password: z.string().min(12, 'expected at least 12 characters').max(200) })

export type Me = {
  id: string
  name: string
  team: string
  role: Role
  permissions: Permission[]
  protocolVersion: number
}

export type IncidentsAnswer = { incidents: Incident[] }

/** A channel as screens see it: without its secrets, with how it is doing. */
export type ChannelView = ChannelRecord & { health: ChannelHealth; hasPassword: boolean; signingSecrets: number }

export type PersonView = { id: string; name: string; team: string; role: Role; disabled: boolean }

export type QuarantineView = {
  id: string
  channelId: string
  reason: string
  arrivedAt: number
  /** The first 2,000 characters of what came, as text. */
  beginning: string
  bytes: number
}

/** What a webhook call posts: one message of one customer. */
export const HookMessage = z.object({
  /** The message's id in its own network; the webhook-id where it is missing. */
  id: z.string().min(1).max(200).optional(),
  from: z.object({
    address: z.string().min(1).max(320),
    name: z.string().max(200).default(''),
    /** How many people read what they write in public. */
    reach: z.number().int().nonnegative().max(2_000_000_000).nullable().default(null),
  }),
  subject: z.string().max(500).nullable().default(null),
  text: z.string().min(1, 'expected the text of the message').max(100_000),
  sentAt: z.iso.datetime({ offset: true }).nullable().default(null),
})
export type HookMessage = z.infer<typeof HookMessage>

/** What a webhook channel posts out: one reply to one customer. */
export type HookReply = {
  type: 'reply'
  replyId: string
  to: { address: string; name: string }
  subject: string | null
  text: string
  inReplyTo: string | null
}

export const IncidentPath = z.object({ incidentId: Identifier })
export const ConversationPath = z.object({ incidentId: Identifier, conversationId: Identifier })
