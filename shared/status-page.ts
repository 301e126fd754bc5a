import { z } from 'zod'
import { Identifier, Instant, line, Person, prose } from './identifier.ts'
import type { Severity } from './incident.ts'
import { Setback } from './setback.ts'
import { wanted } from './wanted.ts'

const Address = z.url({ protocol: /^https?$/, error: wanted['web-address'] }).max(2_000)

/** Where the public reads how things stand. */
export const StatusPage = z.object({
  id: Identifier,
  name: line(80),
  enabled: z.boolean(),
  settings: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('statuspage'),
      api: Address.default('https://api.statuspage.io/v1'),
      pageId: z.string().regex(/^[A-Za-z0-9]{1,40}$/, wanted['page-id']),
      components: z.array(z.string().regex(/^[A-Za-z0-9]{1,40}$/, wanted.components)).max(50),
    }),
    z.object({ kind: z.literal('webhook'), url: Address }),
  ]),
})
export type StatusPage = z.infer<typeof StatusPage>

/** Written once, never read back. */
export const StatusPageSecrets = z.object({
  token: z.string().min(8).max(500).optional(),
  signing: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/=]{32,120}$/, wanted['signing-secret'])
    .optional(),
})
export type StatusPageSecrets = z.infer<typeof StatusPageSecrets>

/** How things stand, as the public reads it; `resolved` ends it there. */
export const PublicStatus = z.enum(['investigating', 'identified', 'monitoring', 'resolved'])
export type PublicStatus = z.infer<typeof PublicStatus>

/**
 * An update for the public: written from the facts of an epoch by one person, approved by another, then brought to every
 * status page, once.
 *
 *     proposed ──approve──▶ approved: each page waiting ─▶ sending ─▶ published | failed | uncertain
 *         └──decline──▶ declined                              ▲________________________│ settled by a lead
 *
 * Facts that change before it is approved end it: it says something else by then.
 */
export const StatusUpdate = z.object({
  id: Identifier,
  text: prose(4_000).min(1, 'expected some text'),
  status: PublicStatus,
  /** The guidance it was written under. */
  epoch: z.number().int().nonnegative(),
  state: z.enum(['proposed', 'approved', 'declined', 'outdated']),
  proposedBy: Person,
  proposedAt: Instant,
  decidedBy: Person.nullable(),
  decidedAt: Instant.nullable(),
  pages: z
    .array(
      z.object({
        pageId: Identifier,
        state: z.enum(['waiting', 'sending', 'published', 'failed', 'uncertain']),
        /** Why it is not there: in English, and what screens say of that in their own language. */
        reason: z.string().nullable(),
        setbacks: z.array(Setback),
        /** Its id there. */
        externalId: z.string().nullable(),
        at: Instant,
        attempts: z.number().int().nonnegative(),
      }),
    )
    .max(20),
})
export type StatusUpdate = z.infer<typeof StatusUpdate>

/** What is posted to a page of one's own, signed by Standard Webhooks: the same id is the same update. */
export type StatusPost = {
  type: 'status'
  updateId: string
  incident: { id: string; title: string; severity: Severity }
  status: PublicStatus
  text: string
  /** When it was approved, ISO 8601. */
  at: string
}
