import type { Reply } from '@muster/shared/reply.ts'
import type { Setback } from '@muster/shared/setback.ts'
import type { LaneFailing } from '@muster/shared/weather.ts'
import { muster } from '../domain/decision.ts'
import { type Failing, failsForSeveral, isFailing, type Whose } from '../domain/failing.ts'
import { company, keyOf } from '../domain/indexes.ts'
import type { Store } from '../store/store.ts'
import type { Desk } from './desk.ts'
import type { Way } from './sending.ts'
import type { Verdict } from './verdict.ts'

/** A lane by which nothing leaves. `setbacks`: why, by the incident of the reply that met it. */
export type FailingLane = Pick<Failing, 'tries' | 'since'> & {
  forSeveral: boolean
  setbacks: ReadonlyMap<string, Setback>
}

/** Tells the company's room what came of a try, where that is a trouble of its lane or ends one. */
export async function tellTry(
  desk: Desk,
  { incidentId, reply: { id: replyId, attempts } }: Way,
  { lane, troubled }: { lane: string; troubled: boolean },
  verdict: Verdict,
): Promise<void> {
  const isTaken = verdict.type === 'delivery/sent'
  if (verdict.type !== 'delivery/again' && !(isTaken && troubled)) return
  const id = `@tried-${incidentId}-${replyId}-${attempts}`
  const againAfterMs = isTaken ? null : verdict.afterMs
  await desk.handle(company.room, { id, type: 'lane/tried', lane, incidentId, replyId, againAfterMs }, muster)
}

/** Which of these lanes are failing, whatever node tried and however often it was started since. */
export async function failingLanes(
  store: Store,
  lanes: readonly string[],
  now: number,
): Promise<Map<string, FailingLane>> {
  const { records } = await store.read(company.room, lanes.map(company.failing))
  const known = lanes.flatMap((lane, at) => {
    const failing = records[at]?.value as Failing | undefined
    return failing !== undefined && isFailing(failing, now) ? [{ lane, failing }] : []
  })
  return new Map(
    await Promise.all(known.map(async ({ lane, failing }) => [lane, await found(store, failing)] as const)),
  )
}

/** What people in one incident are told: what a network said of another incident's reply may name who wrote there. */
export function toldIn(incidentId: string, { tries, since, setbacks }: FailingLane): LaneFailing {
  return { tries, since, setback: setbacks.get(incidentId) ?? null }
}

/** The reasons stand in the replies alone, and go with them. */
async function found(store: Store, failing: Failing): Promise<FailingLane> {
  const { tries, since, whose } = failing
  const setbacks = await Promise.all(whose.map(each => setbackOf(store, each)))
  return { tries, since, forSeveral: failsForSeveral(failing), setbacks: new Map(setbacks.flat()) }
}

async function setbackOf(store: Store, { incidentId, replyId }: Whose): Promise<[string, Setback][]> {
  const { records } = await store.read(incidentId, [keyOf.reply(replyId)])
  const setback = (records[0]?.value as Reply | undefined)?.setback ?? null
  return setback === null ? [] : [[incidentId, setback]]
}
