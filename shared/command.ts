import { z } from 'zod'
import { ChannelRecord, ChannelSecrets } from './channel.ts'
import { Identifier, Instant, line, prose } from './identifier.ts'
import { Severity } from './incident.ts'
import { Role } from './role.ts'

/** Chosen by the sender and kept when it sends again: a command acts once, and answers the same each time. */
const id = Identifier
const incidentId = Identifier
const conversationId = Identifier
const fence = z.number().int().positive()
const epoch = z.number().int().nonnegative()

/** What people ask of an incident. */
export const IncidentCommand = z.discriminatedUnion('type', [
  z.object({
    id,
    type: z.literal('incident/declare'),
    title: line(120),
    severity: Severity,
    affected: prose(500),
    /** The first facts, epoch 1. */
    know: prose(4_000).default(''),
    maySay: prose(4_000).default(''),
    mustNotSay: z.array(line(120)).max(100).default([]),
    channels: z.array(Identifier).max(100).default([]),
  }),
  z.object({ id, type: z.literal('incident/surge'), incidentId, on: z.boolean() }),
  z.object({ id, type: z.literal('incident/resolve'), incidentId }),
  z.object({ id, type: z.literal('incident/join'), incidentId }),
  z.object({
    id,
    type: z.literal('facts/publish'),
    incidentId,
    /** The epoch the writer was looking at. */
    epoch,
    know: prose(4_000),
    maySay: prose(4_000),
    mustNotSay: z.array(line(120)).max(100),
    nextUpdateAt: Instant.nullable(),
  }),
  z.object({ id, type: z.literal('conversation/claim'), incidentId, conversationId }),
  z.object({ id, type: z.literal('conversation/take-next'), incidentId }),
  z.object({ id, type: z.literal('conversation/renew'), incidentId, conversationId, fence }),
  z.object({ id, type: z.literal('conversation/release'), incidentId, conversationId, fence }),
  z.object({ id, type: z.literal('draft/save'), incidentId, conversationId, fence, epoch, text: prose(20_000) }),
  z.object({
    id,
    type: z.literal('reply/submit'),
    incidentId,
    conversationId,
    fence,
    epoch,
    text: prose(20_000),
    /** The number of the newest message the writer saw: the reply answers up to it. */
    through: z.number().int().positive(),
  }),
  z.object({
    id,
    type: z.literal('reply/settle'),
    incidentId,
    replyId: Identifier,
    /** True: it was seen to have arrived. False: it did not; send it again. */
    arrived: z.boolean(),
  }),
])
export type IncidentCommand = z.infer<typeof IncidentCommand>

/** What people ask of the company's room. */
export const CompanyCommand = z.discriminatedUnion('type', [
  z.object({ id, type: z.literal('channel/save'), channel: ChannelRecord, secrets: ChannelSecrets.default({}) }),
  z.object({ id, type: z.literal('channel/remove'), channelId: Identifier }),
  z.object({
    id,
    type: z.literal('person/save'),
    person: z.object({ id: Identifier, name: line(80), team: line(80), role: Role }),
  }),
  /** Answers with a one-time sign-in link for the person. */
  z.object({ id, type: z.literal('person/invite'), personId: Identifier }),
  z.object({ id, type: z.literal('person/disable'), personId: Identifier }),
  z.object({ id, type: z.literal('quarantine/retry'), quarantineId: Identifier }),
  z.object({ id, type: z.literal('quarantine/discard'), quarantineId: Identifier }),
  z.object({
    id,
    type: z.literal('drill/start'),
    level: z.enum(['normal', 'hard', 'extreme']),
    minutes: z.number().min(0.1).max(60),
    seed: z.number().int().nonnegative(),
  }),
  z.object({ id, type: z.literal('drill/stop'), incidentId }),
])
export type CompanyCommand = z.infer<typeof CompanyCommand>

/** Everything a person may ask, through whichever door. */
export const Command = z.discriminatedUnion('type', [...IncidentCommand.options, ...CompanyCommand.options])
export type Command = z.infer<typeof Command>
