import type { Conversation } from '@muster/shared/conversation.ts'
import type { Jam, Pipes } from '@muster/shared/weather.ts'
import { type Context, change, type Decision, type View } from './decision.ts'
import { openIncident } from './incident.ts'
import { keyOf, laneFor } from './indexes.ts'

/** A lane stays slowed until what is begun leaves this much sooner than the incident's patience: it does not flicker. */
const easedAt = 0.7
const mostJammed = 200
/** What is known of a slowed lane is renewed when it is off by more than this, in ms. */
const freshMs = 60_000

/** When a reply begun now would leave by each lane; null where nobody can tell as nothing leaves. */
export type WatchPipes = { id: string; type: 'pipes/watch'; lanes: readonly Jam[] }

/** Slows lanes that are too slow, and no more those that are well again. Only that is told. */
export function watchPipes({ lanes }: WatchPipes, view: View, { now }: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return { type: 'unchanged', answer: {} }
  const former = view.get<Pipes>(keyOf.pipes)?.jammed ?? []
  const { leavingMs } = incident.policy
  const jammed = lanes.filter(({ lane, leavesAt }) => {
    const was = former.some(each => each.lane === lane)
    return leavesAt === null || leavesAt - now > leavingMs * (was ? easedAt : 1)
  })
  const pipes: Pipes = { jammed: jammed.toSorted(byLane).slice(0, mostJammed) }
  const put = [{ key: keyOf.pipes, value: pipes }]
  const slowed = without(pipes.jammed, former)
  const freed = without(former, pipes.jammed)
  if (slowed.length + freed.length > 0)
    return change(put, [{ type: 'pipes/changed', at: now, by: null, pipes, slowed, freed }])
  return pipes.jammed.some((jam, at) => isOff(jam, former[at])) ? change(put, []) : { type: 'unchanged', answer: {} }
}

function byLane(one: Jam, other: Jam): number {
  return one.lane < other.lane ? -1 : 1
}

function without(jammed: readonly Jam[], others: readonly Jam[]): Jam[] {
  const known = new Set(others.map(({ lane }) => lane))
  return jammed.filter(({ lane }) => !known.has(lane))
}

function isOff({ why, leavesAt }: Jam, former: Jam | undefined): boolean {
  if (why !== former?.why) return true
  const before = former?.leavesAt ?? null
  if (leavesAt === null || before === null) return leavesAt !== before
  return Math.abs(leavesAt - before) > freshMs
}

/** What is known of the lane by which a conversation would be answered, where it is slowed. */
export function jamOf(conversation: Conversation, view: View): Jam | null {
  const lane = laneFor(conversation)
  return view.peek<Pipes>(keyOf.pipes)?.jammed.find(each => each.lane === lane) ?? null
}
