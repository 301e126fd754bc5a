import { z } from 'zod'
import { Human, Visibility } from './conversation.ts'
import { Identifier, Instant, line, Person, prose } from './identifier.ts'
import { GateReason, GateRule } from './refusal.ts'
import { Setback } from './setback.ts'
import { Level } from './training.ts'

/** What a reviewer says of a part of the text: `from` and `to` count UTF-16 units. */
export const Comment = z.object({
  from: z.number().int().nonnegative(),
  to: z.number().int().nonnegative(),
  text: line(500),
})
export type Comment = z.infer<typeof Comment>

/** What a reviewer gave back: a note on the whole, and comments on its parts. */
export const Correction = z.object({
  by: Person,
  at: Instant,
  note: prose(1_000),
  comments: z.array(Comment).max(50),
})
export type Correction = z.infer<typeof Correction>

/** A reviewer's yes. It holds for what its seal was made of alone: this text, to this customer, about these messages. */
export const Approval = z.object({ by: Person, at: Instant, seal: z.string() })
export type Approval = z.infer<typeof Approval>

/** Rules of the gate that whoever has the right set aside for this very text, and why. */
export const Override = z.object({
  by: Person,
  at: Instant,
  reason: line(300),
  rules: z.array(GateRule).max(20),
  seal: z.string(),
})
export type Override = z.infer<typeof Override>

/** What somebody who overrides says. */
export const OverrideWish = z.object({ reason: line(300) })

/** A reviewer's right to decide on one reply, like a claim: a lease and a fence. */
export const Reviewing = z.object({
  by: Person,
  fence: z.number().int().positive(),
  until: Instant,
  claimedAt: Instant,
})
export type Reviewing = z.infer<typeof Reviewing>

/** Why a reply is looked at after it was sent, and what was found. */
export const Sample = z.object({
  why: z.enum(['random', 'upset']),
  at: Instant,
  verdict: z.object({ by: Person, at: Instant, good: z.boolean(), note: prose(1_000) }).nullable(),
})
export type Sample = z.infer<typeof Sample>

const written = {
  id: Identifier,
  conversationId: Identifier,
  writer: Person,
  fence: z.number().int().positive(),
  epoch: z.number().int().nonnegative(),
  text: z.string().max(20_000),
  to: Human,
  /** It answers the messages numbered `after` + 1 to `through`. */
  answers: z.object({ after: z.number().int().nonnegative(), through: z.number().int().positive() }),
  /** The message it stands under in its network, and who can read it there. */
  target: z.object({ messageId: Identifier, visibility: Visibility }),
  /**
   * Of those that wait for one account the earliest goes first: since when its customer waits, brought forward for reach and
   * distress. Later than that where others would have left after what was told of them.
   */
  urgency: Instant,
  /** Nothing is put before it that would have it leave later, for a time was told; null where none was, and after a first try. */
  leavesBy: Instant.nullable(),
  submittedAt: Instant,
  /** How often a worker took it up. */
  attempts: z.number().int().nonnegative(),
  /** When the last of them did; null while none has. */
  takenAt: Instant.nullable(),
  /** Since when its channel puts it off, for other reasons than a limit; null while it does not. */
  triedSince: Instant.nullable(),
  /** Why it did the last time; null while it did not. */
  setback: Setback.nullable(),
  /** An earlier sending got no answer, so the customer may see it already: until that is settled no other may replace it. */
  mayHaveArrived: z.boolean(),
  /** Whoever shared the draft with its writer. */
  partner: Person.nullable(),
  /** Ids of all others whose words it may hold: none of them reviews it. */
  alongside: z.array(Identifier).max(10),
  /** The writer's level when it was sent. */
  level: Level,
  /** Ids of the wordings it was begun with. */
  wordings: z.array(Identifier).max(20),
  /** Whether somebody must read it first: for the writer's level, by chance, or because they asked. */
  review: z.enum(['none', 'level', 'spot', 'asked']),
  /** What its writer wrote, where a reviewer changed it. */
  original: z.string().nullable(),
  /** Grows with every claim of its review. */
  reviewFence: z.number().int().nonnegative(),
  approval: Approval.nullable(),
  override: Override.nullable(),
  /** What the gate found when it was sent to a reviewer all the same. */
  concerns: z.array(GateReason),
  sample: Sample.nullable(),
}

/** Why it has not left: in English, and what screens say of that in their own language. */
const because = { reason: z.string(), setbacks: z.array(Setback), reasons: z.array(GateReason) }

/** What a reply has in whatever state it is. */
export const Written = z.object(written)
export type Written = z.infer<typeof Written>

/**
 * The life of a reply:
 *
 *     send ─┬─▶ submitted ──claim──▶ in-review ──approve──▶ queued
 *           │      ▲  └──────────lapse, release───┘  └────▶ returned   with comments: back to its writer
 *           │      └───────────── the writer was demoted ──┐
 *           └─▶ queued ──▶ sending ──▶ sent                │
 *                ▲   └───────┼─────────────────────────────┘
 *                │           ├────→ failed     refused for good: back to its writer
 *                │           ├────→ held       the gate refused it in the moment of leaving: back to its writer
 *                ├───────────┤  (refused for now: later again)
 *                └── uncertain ──→ sent        nobody can know: read back, or settled by a lead
 *
 *     submitted, in-review, queued ──recall──▶ recalled   back to its writer
 *
 * A reply that may have arrived is never held, failed, returned or recalled, for its writer would answer a second time: it
 * is uncertain.
 */
export const Reply = z.discriminatedUnion('state', [
  /** `notBefore`: until then its writer may still think better of it. */
  z.object({ ...written, state: z.literal('submitted'), notBefore: Instant }),
  z.object({ ...written, state: z.literal('in-review'), notBefore: Instant, reviewing: Reviewing }),
  /** `askedUntil`: where its network put it off and named a time, that time. */
  z.object({ ...written, state: z.literal('queued'), notBefore: Instant, askedUntil: Instant.optional() }),
  /** `cameBack`: why its network brought back what may be this very sending; left out where it did not. */
  z.object({
    ...written,
    state: z.literal('sending'),
    worker: z.string(),
    until: Instant,
    cameBack: Setback.optional(),
  }),
  z.object({
    ...written,
    state: z.literal('sent'),
    sentAt: Instant,
    externalId: z.string(),
    /** Its address in its network; null where it has none. */
    link: z.string().nullable(),
    /** Its network brought it back: it reached nobody. */
    bounced: z.object({ at: Instant, setback: Setback }).nullable(),
  }),
  /** `lookAt`: when it is looked for again; null where only a person can tell. `looks`: how often it was. */
  z.object({
    ...written,
    state: z.literal('uncertain'),
    ...because,
    since: Instant,
    lookAt: Instant.nullable(),
    looks: z.number().int().nonnegative(),
  }),
  z.object({ ...written, state: z.literal('held'), ...because, since: Instant }),
  z.object({ ...written, state: z.literal('failed'), ...because, since: Instant }),
  z.object({ ...written, state: z.literal('returned'), correction: Correction, since: Instant }),
  z.object({ ...written, state: z.literal('recalled'), since: Instant }),
])
export type Reply = z.infer<typeof Reply>

/** One that was sent and is looked at afterwards: what its customer had asked, what they wrote since, and whose words they are. */
export type SampledReply = { reply: Reply & { state: 'sent' }; asked: string[]; since: string[]; answeredBy: string[] }
