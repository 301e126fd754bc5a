import type { AlertSource } from '@muster/shared/alert.ts'
import { type Defect, defectOf } from '@muster/shared/defect.ts'
import { plainFailure } from '@muster/shared/failure.ts'
import { type Broken, readAlerts } from './alerts/read.ts'
import type { Alerts } from './desk/alerts.ts'
import type { Desk } from './desk/desk.ts'
import type { ReadAgain } from './desk/quarantine.ts'
import { muster } from './domain/decision.ts'
import { fingerprint } from './domain/fingerprint.ts'
import { company } from './domain/indexes.ts'
import { leftInQuarantine, stillDefective } from './domain/refusals.ts'
import { StoreUnavailable } from './store/store.ts'

/**
 * Whoever leads sees it among the messages that cannot be read: an alarm that nobody hears of is worse than none. All of it
 * is kept, which the door lets be no longer than a megabyte: half a call can never be read.
 */
export async function setAside(desk: Desk, source: AlertSource, body: Buffer, broken: Broken): Promise<void> {
  const { id: channelId } = source
  const raw = body.toString('base64')
  const externalId = fingerprint(raw)
  const quarantineId = fingerprint(channelId, externalId)
  const id = `@q-${quarantineId}`
  const what = { kind: 'alert', channelId, externalId, defect: defectIn(source, broken), raw, arrival: null } as const
  const outcome = await desk.handle(company.room, { id, type: 'message/quarantine', quarantineId, ...what }, muster)
  if (outcome.type === 'unavailable') throw new StoreUnavailable(outcome.sentence)
}

type Surroundings = { desk: Desk; alerts: Pick<Alerts, 'hear'> }

/** Reads an alert that was set aside as its source is now: that it came from there it showed when it came. */
export function readingAlertsAgain({ desk, alerts }: Surroundings): ReadAgain {
  return async ({ channelId, raw, arrivedAt }) => {
    const { records } = await desk.store.read(company.room, [company.alertSource(channelId)])
    const source = (records[0]?.value ?? null) as AlertSource | null
    if (source === null) return { type: 'left', refusal: leftInQuarantine('source-gone') }
    if (!source.enabled) return { type: 'left', refusal: leftInQuarantine('source-off') }
    const read = readAlerts(source, Buffer.from(raw, 'base64'), arrivedAt)
    if (read.type === 'alerts') {
      return { type: 'taken', answer: { news: await alerts.hear(source, read.alerts, arrivedAt) } }
    }
    return { type: 'left', refusal: stillDefective(defectIn(source, read)) }
  }
}

function defectIn({ name }: AlertSource, { field, expected, wanted }: Broken): Defect {
  const failure = { ...plainFailure(expected), said: expected }
  return defectOf('alert', `An alert of ${name} cannot be read: ${expected} (${field}).`, {
    field,
    name,
    wanted,
    failure,
  })
}
