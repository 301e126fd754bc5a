import { type Context, change, type Decision, type Rule, refuse, type View } from './decision.ts'
import { openIncident } from './incident.ts'
import { company, keyOf } from './indexes.ts'

/**
 * What the nodes together know of a channel with which one of them is in trouble: when it had surely read everything and was
 * surely connected, by whichever node; since when they speak of it, and when one of them last was in trouble; ms.
 */
export type Current = { currentAt: number; connectedAt: number; beganAt: number; troubledAt: number }
export type Currents = Readonly<Record<string, Current>>

/** One node's own look at its channels. */
export type Look = { currentAt: number | null; connected: boolean; fine: boolean }
export type TellCurrents = { id: string; type: 'channels/current'; seen: Readonly<Record<string, Look>> }
/** To the room of an incident that the channel feeds. `since`: when it last was current. */
export type TellLag = {
  id: string
  type: 'channel/lag'
  channelId: string
  name: string
  lagging: boolean
  since: number
}

export type LagCommand = TellCurrents | TellLag
export const lagRules: { [T in LagCommand['type']]: Rule<Extract<LagCommand, { type: T }>> } = {
  'channels/current': tellCurrents,
  'channel/lag': tellLag,
}

/** So long after the last trouble the nodes speak of it no more. */
const forgottenMs = 30_000
/** So long the others have to say that they are connected. */
const othersMs = 4_000
/** A connection may be lost and made anew within this without anybody being told. */
const reconnectMs = 8_000

export function isSpokenOf({ troubledAt }: Current, now: number): boolean {
  return now - troubledAt < forgottenMs
}

/** A channel is behind when no node has read everything for longer than its objective, or none is connected. */
export function isBehind({ currentAt, connectedAt, beganAt }: Current, objectiveMs: number, now: number): boolean {
  return now - beganAt >= othersMs && (now - currentAt > objectiveMs || now - connectedAt > reconnectMs)
}

function tellCurrents({ seen }: TellCurrents, view: View, { now }: Context): Decision {
  const former = view.get<Currents>(company.currents) ?? {}
  const known = Object.fromEntries(Object.entries(former).filter(([, current]) => isSpokenOf(current, now)))
  for (const [channelId, look] of Object.entries(seen)) {
    const before = known[channelId]
    if (before !== undefined || !look.fine) known[channelId] = withLook(before ?? begun(look, now), look, now)
  }
  return change([{ key: company.currents, value: known }], [])
}

function begun({ currentAt }: Look, now: number): Current {
  return { currentAt: currentAt ?? now, connectedAt: now, beganAt: now, troubledAt: now }
}

/** Of a channel that is called nobody can tell when it was current: it is while it is connected. */
function withLook(before: Current, { currentAt, connected, fine }: Look, now: number): Current {
  const at = currentAt ?? (connected ? now : before.currentAt)
  return {
    currentAt: Math.max(before.currentAt, Math.min(at, now)),
    connectedAt: connected ? now : before.connectedAt,
    beganAt: before.beganAt,
    troubledAt: fine ? before.troubledAt : now,
  }
}

type Lag = { lagging: boolean; since: number }

/** Told once for each silence, whoever notices it and however often. */
function tellLag({ channelId, name, lagging, since }: TellLag, view: View, { now }: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const key = keyOf.lag(channelId)
  const former = view.get<Lag>(key) ?? { lagging: false, since }
  if (former.lagging === lagging) return { type: 'unchanged', answer: {} }
  const lagMs = Math.max(0, now - (lagging ? since : former.since))
  return change(
    [{ key, value: { lagging, since } satisfies Lag }],
    [{ type: lagging ? 'channel/lagging' : 'channel/caught-up', at: now, by: null, channelId, name, lagMs }],
  )
}
