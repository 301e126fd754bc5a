import { z } from 'zod'
import type { AlertSource } from './alert.ts'
import type { ChannelHealth, ChannelRecord } from './channel.ts'
import type { Defect } from './defect.ts'
import { Identifier, Instant, line, Person, prose } from './identifier.ts'
import { type Incident, Severity } from './incident.ts'
import type { Permission } from './permission.ts'
import type { Proposal } from './proposal.ts'
import type { SampledReply } from './reply.ts'
import type { Role } from './role.ts'
import type { StatusPage } from './status-page.ts'
import type { Cohort, Readiness } from './training.ts'

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
  series: '/api/incidents/:incidentId/series',
  samples: '/api/incidents/:incidentId/samples',
  usage: '/api/incidents/:incidentId/usage',
  weather: '/api/incidents/:incidentId/weather',
  conversation: '/api/incidents/:incidentId/conversations/:conversationId',
  topicsOf: '/api/incidents/:incidentId/conversations/:conversationId/topics',
  incidentJoin: '/api/incidents/:incidentId/join',
  join: '/api/join',
  joinCode: '/api/join/:code',
  channels: '/api/channels',
  tryChannel: '/api/channels/try',
  alertSources: '/api/alert-sources',
  alert: '/alerts/:sourceId',
  statusPages: '/api/status-pages',
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
  /** The one incident a guest may see and touch; null for everybody else. */
  incidentId: string | null
  permissions: Permission[]
  protocolVersion: number
}

/**
 * `proposals`: what may become an incident, the newest first; none for guests. `quarantined`: how many messages and alerts
 * could not be read, at most 200; 0 for those who may not look at them.
 */
export type IncidentsAnswer = { incidents: Incident[]; proposals: Proposal[]; quarantined: number }

export type SamplesAnswer = { samples: SampledReply[] }

/** Something in the settings as screens see it. */
type Shown = {
  /** Names of the secrets that are stored. */
  secrets: string[]
  /** Another whenever it is saved otherwise: whoever changes it says over which one (AC26). */
  version: string
}

/** A channel as screens see it: without its secrets, with how it is doing. */
export type ChannelView = ChannelRecord &
  Shown & {
    health: ChannelHealth
    /** What it has cost today and this month (UTC), in millionths of a dollar; null where it never cost anything. */
    cost: { today: number; month: number } | null
  }

export type AlertSourceView = AlertSource & Shown

export type StatusPageView = StatusPage & Shown

export type PersonView = {
  id: string
  name: string
  team: string
  role: Role
  cohort: Cohort
  readiness: Readiness | null
  disabled: boolean
  /** The one incident they came to by a join link; null for everybody else. */
  incidentId: string | null
}

export type QuarantineView = {
  id: string
  kind: 'message' | 'alert'
  /** By which channel or source of alerts it came. */
  channelId: string
  /** As people know the channel or source; its id where that was removed. */
  name: string
  defect: Defect
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

/** A topic a conversation is likely about, by what people tagged in this incident; `confidence` from 0 to 1. */
export const TopicSuggestion = z.object({ topic: Identifier, confidence: z.number().min(0).max(1) })
export type TopicSuggestion = z.infer<typeof TopicSuggestion>

export const IncidentPath = z.object({ incidentId: Identifier })
export const ConversationPath = z.object({ incidentId: Identifier, conversationId: Identifier })

/** What a guest says of themselves. Who is signed in already sends the code alone. */
export const JoinRequest = z.object({
  code: z.string().min(1, 'expected the code').max(40, 'expected at most 40 characters'),
  name: line(80).optional(),
  team: line(80).optional(),
})
export type JoinRequest = z.infer<typeof JoinRequest>

/** Where a code leads, for whoever has it. */
export const JoinOffer = z.object({
  incidentId: Identifier,
  title: line(120),
  severity: Severity,
  affected: prose(500),
  drill: z.boolean(),
  full: z.boolean(),
  joined: z.number().int().nonnegative(),
  cap: z.number().int().positive(),
})
export type JoinOffer = z.infer<typeof JoinOffer>

/** An open join, for those who lead. */
export const JoinView = z.object({
  code: z.string(),
  link: z.string(),
  cap: z.number().int().positive(),
  joined: z.number().int().nonnegative(),
  openedAt: Instant,
  openedBy: Person,
})
export type JoinView = z.infer<typeof JoinView>
