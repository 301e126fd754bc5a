import type { IncidentCommand } from '@muster/shared/command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Incident, Responder } from '@muster/shared/incident.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Level, TrackRecord } from '@muster/shared/training.ts'
import { approvalsNeeded, below } from '@muster/shared/training-rules.ts'
import { reviewLoad } from './bench.ts'
import { letGo, lives } from './claim.ts'
import {
  type Change,
  type Context,
  change,
  type Decision,
  muster,
  type PutRecord,
  refuse,
  type View,
} from './decision.ts'
import { named, openIncident, rosterOf } from './incident.ts'
import { keyOf, lists } from './indexes.ts'
import { tell } from './telling.ts'

export type Verdict = 'approved' | 'edited' | 'returned'
/** Somebody after a review; `from` is the level they had where it changed. */
export type Reviewed = { responder: Responder; from: Level | null }

/** A reviewer's word enters the record; by it the incident's rules move somebody up or down. */
export function reviewed(former: Responder, verdict: Verdict, view: View, { now }: Context): Reviewed {
  const training = view.peek<Incident>(keyOf.incident)?.policy.training
  const record = recorded(former.record, verdict)
  const stays = { responder: { ...former, record }, from: null }
  if (training === undefined) return stays
  const up = (needed: number) => verdict === 'approved' && record.inARow >= needed
  if (former.level === 'gated' && up(approvalsNeeded(reviewLoad(view, now), training))) {
    return moved(former, 'spot-checked', record)
  }
  if (former.level === 'spot-checked' && up(training.approvalsToTrusted)) return moved(former, 'trusted', record)
  const down = verdict === 'returned' && record.returnsInARow >= training.returnsToDemote
  if (down && former.level === 'trusted') return moved(former, 'spot-checked', record)
  return down && former.level === 'spot-checked' ? moved(former, 'gated', record) : stays
}

function recorded(record: TrackRecord, verdict: Verdict): TrackRecord {
  return {
    ...record,
    [verdict]: record[verdict] + 1,
    inARow: verdict === 'approved' ? record.inARow + 1 : 0,
    returnsInARow: verdict === 'returned' ? record.returnsInARow + 1 : 0,
  }
}

/** On a new level everybody begins anew. */
function moved(former: Responder, level: Level, record: TrackRecord): Reviewed {
  return { responder: { ...former, level, record: { ...record, inARow: 0, returnsInARow: 0 } }, from: former.level }
}

/** What the log says of it: nobody did it, the rules did. */
export function levelled(after: Reviewed | null, { now }: Context): Told[] {
  if (after === null || after.from === null) return []
  const { responder, from } = after
  return [{ type: 'responder/levelled', at: now, by: null, responder, from, reason: null }]
}

type SetLevel = Extract<IncidentCommand, { type: 'responder/level' }>

/**
 * By a lead, at once. Down to gated or observer it takes the customers they have not answered from them, with their drafts;
 * what a reviewer returned stays with them to be corrected, and what is on its way goes to the reviewers first.
 */
export function setLevel(command: SetLevel, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const former = rosterOf(view, command.personId)
  if (former === null) return refuse(notFound('responder'))
  const { level, reason } = command
  if (former.id === context.actor.id && context.actor.id !== muster.id) {
    return refuse(conflict('own-level', {}))
  }
  if (former.level === level) return { type: 'unchanged', answer: { responder: former } }
  const { responder } = moved(former, level, former.record)
  view.get(keyOf.responder(responder.id))
  view.lay([{ key: keyOf.responder(responder.id), value: responder }])
  const falls = below(level, former.level) && below(level, 'spot-checked')
  const freed = falls ? takenFrom(responder, view, context) : []
  const now = rosterOf(view, responder.id) ?? responder
  return change(
    [...freed.flatMap(({ put }) => put), { key: keyOf.responder(now.id), value: now }],
    [
      {
        type: 'responder/levelled',
        at: context.now,
        by: named(context.actor),
        responder: now,
        from: former.level,
        reason,
      },
      ...freed.flatMap(({ tell: told }) => told as Told[]),
    ],
    { responder: now },
  )
}

/** Their counts are laid, and put once in the end. */
function takenFrom({ id }: Responder, view: View, context: Context): Change[] {
  const keys = view.list(lists.heldBy(id))
  view.need(keys)
  return keys.flatMap(key => {
    const conversation = view.get<Conversation>(key)
    const { claim } = conversation ?? {}
    if (!conversation || !claim || claim.holder.id !== id || !lives(claim, context.now)) return []
    if (claim.replyId !== null || claim.correcting) return []
    const free = { ...conversation, claim: null }
    view.lay(letGo(conversation, view))
    const put: PutRecord[] = [{ key, value: free }]
    return [change(put, [tell('conversation/released', free, context)])]
  })
}
