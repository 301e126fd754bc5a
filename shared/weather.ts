import { z } from 'zod'
import { Complaint } from './complaint.ts'
import { Identifier, Instant } from './identifier.ts'
import { ReceivingState } from './receiving-state.ts'
import { Setback } from './setback.ts'

/** Nothing leaves by a lane: so many tries in a row were put off since then. `setback`: why the last of this incident was; null where none was. */
export const LaneFailing = z.object({
  since: Instant,
  tries: z.number().int().positive(),
  setback: Setback.nullable(),
})
export type LaneFailing = z.infer<typeof LaneFailing>

/**
 * One pipe out of the house: a channel's public replies, or its private ones, for networks limit them apart. Told for
 * the moment it was looked at; a forecast, and nothing decides by it but `jammed`.
 */
export const LaneWeather = z.object({
  visibility: z.enum(['public', 'direct']),
  /** Replies that wait to leave by it, of every incident. */
  queued: z.number().int().nonnegative(),
  /** When a reply handed in now would leave; null where nobody can tell (the channel is away or takes nothing, the cap is reached). */
  leavesAt: Instant.nullable(),
  /** How many may leave at once before the network's limit is reached; null where it has none. */
  left: z.number().int().nonnegative().nullable(),
  /** When the tightest limit lets more out again; null while nothing is held back. */
  resetsAt: Instant.nullable(),
  /** What holds replies back now. */
  heldBy: z.enum(['limit', 'cost', 'away', 'failing']).nullable(),
  /** Where it is `heldBy` that. */
  failing: LaneFailing.nullable(),
  /** New claims are slowed: a reply would leave later than the incident's patience. */
  jammed: z.boolean(),
})
export type LaneWeather = z.infer<typeof LaneWeather>

/** How a channel is doing in both directions, for whoever answers and whoever leads. */
export const ChannelWeather = z.object({
  channelId: Identifier,
  name: z.string(),
  state: ReceivingState,
  complaint: Complaint.nullable(),
  /** See ChannelHealth. */
  lagMs: z.number().int().nonnegative().nullable(),
  /** From which lag on it is an alarm, in ms. */
  objectiveMs: z.number().int().positive(),
  lanes: z.array(LaneWeather).max(2),
  /** What it has cost, in millionths of a dollar, and its cap a month; null where it costs nothing. */
  cost: z
    .object({
      today: z.number().int().nonnegative(),
      month: z.number().int().nonnegative(),
      cap: z.number().int().nonnegative().nullable(),
    })
    .nullable(),
})
export type ChannelWeather = z.infer<typeof ChannelWeather>

/** Why a lane is slowed: more waits than its network takes, nothing leaves as its channel cost what it may, or none is taken. */
export const JamReason = z.enum(['full', 'cost', 'failing'])
export type JamReason = z.infer<typeof JamReason>

/**
 * A lane by which a reply would leave too late: "channel" or "channel/direct", and what the channel was called then.
 * `leavesAt`: when one begun now would; null where nobody can tell.
 */
export const Jam = z.object({ lane: z.string(), name: z.string(), why: JamReason, leavesAt: Instant.nullable() })
export type Jam = z.infer<typeof Jam>

/** As the room of an incident knows them. */
export const Pipes = z.object({ jammed: z.array(Jam).max(200) })
export type Pipes = z.infer<typeof Pipes>

export function laneOf(channelId: string, visibility: string): string {
  return visibility === 'direct' ? `${channelId}/direct` : channelId
}

export function isDirectLane(lane: string): boolean {
  return lane.endsWith('/direct')
}
