import type { AlertSecrets, AlertSource } from '@muster/shared/alert.ts'
import { setAside } from './alert-quarantine.ts'
import { type Call, isProved } from './alerts/proof.ts'
import { type Broken, readAlerts } from './alerts/read.ts'
import type { Alerts } from './desk/alerts.ts'
import type { Desk } from './desk/desk.ts'
import type { Safe } from './desk/safe.ts'
import { company } from './domain/indexes.ts'
import type { KeptSecrets } from './domain/secrets.ts'
import { StoreUnavailable } from './store/store.ts'

export type AlertAnswer = { status: number; body: object }

type Surroundings = { desk: Desk; safe: Safe; alerts: Pick<Alerts, 'hear'> }

/** A call of another system that alarms: proved, read, stored, and only then answered; what follows waits for nobody. */
export function alertDoorOf({ desk, safe, alerts }: Surroundings) {
  return async (sourceId: string, call: Omit<Call, 'now'>): Promise<AlertAnswer> => {
    const keys = [company.alertSource(sourceId), company.alertSecrets(sourceId)]
    const { now, records } = await desk.store.read(company.room, keys)
    const source = (records[0]?.value ?? null) as AlertSource | null
    if (source === null || !source.enabled) return nobody
    const kept = (records[1]?.value ?? {}) as KeptSecrets
    const secrets = safe.open<AlertSecrets>(company.alertSecrets(sourceId), kept)
    if (!isProved(source.kind, secrets, { ...call, now })) return unproved
    const read = readAlerts(source, call.body, now)
    try {
      if (read.type === 'broken') {
        await setAside(desk, source, call.body, read)
        return unread(read)
      }
      await alerts.hear(source, read.alerts, now)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      return unstored
    }
    return accepted
  }
}

const accepted: AlertAnswer = { status: 202, body: { accepted: true } }
const nobody: AlertAnswer = {
  status: 404,
  body: { sentence: 'No source of alerts is at this address, or it is switched off.' },
}
const unproved: AlertAnswer = {
  status: 401,
  body: { sentence: 'The call does not prove that it comes from this source: check its token or signing secret.' },
}
const unread = ({ field, expected }: Broken): AlertAnswer => {
  return { status: 400, body: { sentence: `The alert cannot be read: ${expected}.`, field } }
}
const unstored: AlertAnswer = {
  status: 503,
  body: { sentence: 'The alert could not be stored just now. Send it again.' },
}
