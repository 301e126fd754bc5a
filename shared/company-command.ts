import { z } from 'zod'
import { AlertSecrets, AlertSource } from './alert.ts'
import { ChannelSecrets, SavedChannel } from './channel.ts'
import { Identifier, line } from './identifier.ts'
import { Playbook } from './playbook.ts'
import { Role } from './role.ts'
import { StatusPage, StatusPageSecrets } from './status-page.ts'
import { Cohort } from './training.ts'

const id = Identifier
const incidentId = Identifier

/** The version that is changed, as its list tells it; null where there is none yet. Left out, whatever is there is replaced. */
const over = line(64).nullable().optional()

/** What people ask of the company's room. */
export const CompanyCommand = z.discriminatedUnion('type', [
  z.object({
    id,
    type: z.literal('channel/save'),
    channel: SavedChannel,
    secrets: ChannelSecrets.default({}),
    over,
  }),
  z.object({ id, type: z.literal('channel/remove'), channelId: Identifier }),
  z.object({
    id,
    type: z.literal('person/save'),
    person: z.object({
      id: Identifier,
      name: line(80),
      team: line(80),
      role: Role,
      cohort: Cohort.optional(),
    }),
  }),
  z.object({ id, type: z.literal('proposal/dismiss'), proposalId: Identifier }),
  z.object({
    id,
    type: z.literal('alert-source/save'),
    source: AlertSource,
    secrets: AlertSecrets.default({}),
    over,
  }),
  z.object({ id, type: z.literal('alert-source/remove'), sourceId: Identifier }),
  z.object({
    id,
    type: z.literal('status-page/save'),
    page: StatusPage,
    secrets: StatusPageSecrets.default({}),
    over,
  }),
  z.object({ id, type: z.literal('status-page/remove'), pageId: Identifier }),
  /** Answers with a one-time sign-in link for the person. */
  z.object({ id, type: z.literal('person/invite'), personId: Identifier }),
  z.object({ id, type: z.literal('person/disable'), personId: Identifier }),
  /** Opens an incident to whoever has the link: answers with the code and the link. A new one ends the one before. */
  z.object({ id, type: z.literal('join/open'), incidentId, cap: z.number().int().min(1).max(2_000) }),
  z.object({ id, type: z.literal('join/close'), incidentId }),
  z.object({ id, type: z.literal('playbook/save'), playbook: Playbook }),
  z.object({ id, type: z.literal('playbook/remove'), playbookId: Identifier }),
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
