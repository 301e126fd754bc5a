import { z } from 'zod'
import { Identifier, Instant, line, Person, prose } from './identifier.ts'
import { Role } from './role.ts'

export const Severity = z.enum(['sev1', 'sev2', 'sev3'])
export type Severity = z.infer<typeof Severity>

/** What one incident allows; copied from the defaults when it is declared. */
export const Policy = z.object({
  /** How long a claim lasts without work, in ms. */
  leaseMs: z.number().int().min(5_000).max(3_600_000),
  /** How many conversations one person may hold at a time. */
  claimsPerPerson: z.number().int().min(1).max(100),
})
export type Policy = z.infer<typeof Policy>

export const defaultPolicy: Policy = { leaseMs: 180_000, claimsPerPerson: 3 }

export const Incident = z.object({
  id: Identifier,
  title: line(120),
  severity: Severity,
  affected: prose(500),
  state: z.enum(['open', 'resolved']),
  surge: z.boolean(),
  /** A drill runs the whole way but speaks to simulated customers only. */
  drill: z.boolean(),
  /** Ids of the channels it takes; empty means all that are not bound to another incident. */
  channels: z.array(Identifier).max(100),
  /** The number of the current guidance. */
  epoch: z.number().int().nonnegative(),
  policy: Policy,
  declaredBy: Person,
  declaredAt: Instant,
  resolvedAt: Instant.nullable(),
})
export type Incident = z.infer<typeof Incident>

/** What is known and what may be said, under one epoch. */
export const Facts = z.object({
  epoch: z.number().int().nonnegative(),
  know: prose(4_000),
  maySay: prose(4_000),
  /** Words and phrases nobody may send, compared without regard to case. */
  mustNotSay: z.array(line(120)).max(100),
  nextUpdateAt: Instant.nullable(),
  publishedBy: Person,
  publishedAt: Instant,
})
export type Facts = z.infer<typeof Facts>

/** A person in one incident's roster. */
export const Responder = z.object({
  id: Identifier,
  name: z.string(),
  team: z.string(),
  role: Role,
  level: z.enum(['observer', 'gated', 'spot-checked', 'trusted']),
  joinedAt: Instant,
  /** How many conversations they hold: kept here so that a claim can be judged by it. */
  holding: z.number().int().nonnegative(),
})
export type Responder = z.infer<typeof Responder>
