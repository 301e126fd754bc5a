import { sealed } from '@muster/server/desk/sealing.ts'
import type { AlertRecord } from '@muster/server/domain/alert.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { KeptSecrets } from '@muster/server/domain/secrets.ts'
import type { Alert, AlertSource } from '@muster/shared/alert.ts'
import type { Incident } from '@muster/shared/incident.ts'
import type { Proposal } from '@muster/shared/proposal.ts'
import { expect, test } from 'vitest'
import { cora, muster, nextId, roomWithCustomer } from '../support/builders.ts'
import { safe } from '../support/desks.ts'
import { Records } from '../support/records.ts'

const start = 1_700_000_000_000
const source: AlertSource = {
  id: 'prometheus',
  name: 'Prometheus',
  enabled: true,
  kind: 'alertmanager',
  act: 'propose',
  playbookId: 'down',
  severity: 'sev1',
}
const firing: Alert = {
  sourceId: 'prometheus',
  key: 'checkout',
  title: 'Checkout fails',
  detail: '',
  link: null,
  state: 'firing',
  at: start,
}
const cleared: Alert = { ...firing, state: 'cleared', at: start + 1_000 }

function setup(given: Partial<AlertSource> = {}) {
  const room = new Records()
  const hear = (alert: Alert, now = start) => {
    const command = { id: nextId(), type: 'alert/hear', alert, source: { ...source, ...given }, toldAt: now } as const
    return room.give(command, muster, now)
  }
  const record = () => room.get<AlertRecord>(company.alert('prometheus', 'checkout'))
  const open = () => room.list(company.openProposals).map(key => room.get<Proposal>(key))
  const due = () => room.list(company.dueAlerts).length
  /** The company knows the incident to be open, or resolved. */
  const mirror = (id: string, state: Incident['state'], more: Partial<Incident> = {}) => {
    const { room: other } = roomWithCustomer(start, { id })
    const incident = { ...(other.get<Incident>('incident') as Incident), state, ...more }
    room.give({ id: nextId(), type: 'incident/mirror', incident }, muster, start)
  }
  return { room, hear, record, open, due, mirror }
}

test('[IN27] an alert that fires is one proposal while it is one trouble, however often it is told', () => {
  const { room, hear, open, due } = setup()
  for (const _ of [1, 2, 3]) hear(firing)
  expect(open()).toMatchObject([
    { title: 'Checkout fails', severity: 'sev1', playbookId: 'down', cause: { alert: { key: 'checkout' } } },
  ])
  expect(due()).toBe(0)
  room.give({ id: nextId(), type: 'proposal/dismiss', proposalId: open()[0]?.id ?? '' }, cora, start)
  hear({ ...firing, at: start + 500 })
  expect(open()).toEqual([])
  hear({ ...firing, key: 'other' })
  expect(open()).toHaveLength(1)
})

test('[IN28] a beginning that nobody heard of before its end begins nothing; a later one does', () => {
  const { hear, record, open, due } = setup()
  hear(cleared)
  expect(record()).toMatchObject({ alert: { state: 'cleared' }, times: 0, due: null })
  hear(firing)
  expect(open()).toEqual([])
  expect(due()).toBe(0)
  hear({ ...firing, at: cleared.at + 1 })
  expect(open()).toHaveLength(1)
  expect(record()).toMatchObject({ times: 1 })
})

test('[IN28] over, it closes what nobody decided; firing again it is a new trouble', () => {
  const { room, hear, open, due } = setup()
  hear(firing)
  const [first] = open()
  hear(cleared)
  expect(open()).toEqual([])
  expect(room.get<Proposal>(company.proposal(first?.id ?? ''))).toMatchObject({
    state: 'dismissed',
    decidedBy: null,
    cause: { alert: { state: 'cleared' } },
  })
  hear(cleared)
  expect(due()).toBe(0)
  hear({ ...firing, at: start + 2_000 })
  expect(open()).toHaveLength(1)
  expect(open()[0]?.id).not.toBe(first?.id)
})

test('[IN28] what is over before anybody heard of it, and what is told late, changes nothing', () => {
  const { hear, open, record } = setup()
  expect(hear(cleared)).toMatchObject({ answer: { news: false }, tell: [] })
  hear({ ...firing, at: start + 5_000 })
  expect(hear(cleared)).toMatchObject({ type: 'unchanged' })
  expect(record()).toMatchObject({ alert: { state: 'firing' } })
  hear({ ...cleared, at: start + 6_000 })
  expect(hear({ ...firing, at: start + 5_000 })).toMatchObject({ type: 'unchanged' })
  expect(open()).toEqual([])
})

const minute = 60_000

test.each([
  ['within its trouble, two minutes after its end', 5, 32, false],
  ['within its trouble, later', 5, 32.1, true],
  ['before its trouble, at once', -120, 31, true],
  ['after its end, at once', 30, 31, true],
])('[IN32] a group that is over and fires as of a time %s', (_, since, told, isNews) => {
  const { hear, open } = setup()
  hear(firing)
  hear({ ...cleared, at: start + 30 * minute }, start + 30 * minute)
  const anew = { ...firing, at: start + since * minute }
  expect(hear(anew, start + told * minute)).toMatchObject({ answer: { news: isNews } })
  expect(open()).toHaveLength(isNews ? 1 : 0)
})

test('[IN32] PagerDuty’s beginning is late for ever where it happened before the end, and never where it did not', () => {
  const { hear, open } = setup({ kind: 'pagerduty' })
  hear(firing)
  hear(cleared)
  for (const at of [start, start - 120 * minute]) hear({ ...firing, at }, start + 2_880 * minute)
  expect(open()).toEqual([])
  hear({ ...firing, at: cleared.at + 1 }, start)
  expect(open()).toHaveLength(1)
})

test('[IN31] [IN32] what was set aside and is read hours later is as late as when it came', () => {
  const { room, hear, open } = setup()
  const readLater = (alert: Alert, toldAt: number) =>
    room.give({ id: nextId(), type: 'alert/hear', alert, source, toldAt }, muster, start + 300 * minute)
  hear(cleared, start + minute)
  expect(readLater(firing, start)).toMatchObject({ answer: { news: false } })
  expect(open()).toEqual([])
  hear({ ...firing, at: start - 120 * minute }, start + 60 * minute)
  expect(open()).toHaveLength(1)
  expect(readLater({ ...cleared, at: start + minute }, start + 59 * minute)).toMatchObject({ answer: { news: false } })
  expect(open()).toHaveLength(1)
})

test('[IN32] where ends are never told, what began a day after the last was told is a trouble of its own', () => {
  const { room, hear, open } = setup()
  const aDay = 24 * 60 * minute
  hear(firing)
  room.give({ id: nextId(), type: 'proposal/dismiss', proposalId: open()[0]?.id ?? '' }, cora, start)
  for (const days of [1, 2, 3]) hear(firing, start + days * aDay)
  hear({ ...firing, at: start + 4 * aDay }, start + 4 * aDay)
  expect(open()).toEqual([])
  for (const days of [5, 7]) {
    hear({ ...firing, at: start + days * aDay + 1 }, start + days * aDay + 1)
    expect(open()).toMatchObject([{ madeAt: start + 5 * aDay + 1 }])
  }
})

test('[IN28] an incident that a proposal became is told of the alert, of its end, and of its return while it is open', () => {
  const { room, hear, open, record, due, mirror } = setup()
  const done = () => {
    const { alert, times } = record() as AlertRecord
    room.give({ id: nextId(), type: 'alert/done', alert, times }, muster, start)
  }
  hear(firing)
  const take = { proposalId: open()[0]?.id ?? '', incidentId: 'i1' }
  room.give({ id: nextId(), type: 'proposal/take', ...take }, cora, start)
  expect(record()).toMatchObject({ incidentId: 'i1', due: 'tell' })
  done()
  expect(due()).toBe(0)
  mirror('i1', 'open')
  hear(cleared)
  expect(record()).toMatchObject({ alert: { state: 'cleared' }, due: 'tell' })
  done()
  hear({ ...firing, at: start + 2_000 })
  expect(record()).toMatchObject({ times: 2, incidentId: 'i1', due: 'tell' })
  expect(open()).toEqual([])
  done()
  hear({ ...cleared, at: start + 3_000 })
  done()
  mirror('i1', 'resolved')
  hear({ ...firing, at: start + 4_000 })
  expect(open()).toHaveLength(1)
})

test('[IN27] where its source says so an incident is to be declared, once; its end waits for that', () => {
  const { room, hear, open, record } = setup({ act: 'declare' })
  for (const _ of [1, 2]) hear(firing)
  expect(open()).toEqual([])
  expect(record()).toMatchObject({ due: 'declare', times: 1, incidentId: expect.stringContaining('alert-') })
  hear(cleared)
  expect(record()).toMatchObject({ due: 'declare', alert: { state: 'cleared' } })
  // Whoever declared it had heard of the beginning alone.
  room.give({ id: nextId(), type: 'alert/done', alert: firing, times: 1 }, muster, start)
  expect(record()).toMatchObject({ due: 'tell' })
})

test('[IN33] of a storm of alerts one declares and the others propose, while it is about to be declared and while it is open', () => {
  const { room, hear, open, mirror, record } = setup({ act: 'declare' })
  hear(firing)
  hear({ ...firing, key: 'at once' })
  expect(room.list(company.dueAlerts)).toEqual([company.alert('prometheus', 'checkout')])
  mirror(record()?.incidentId ?? '', 'open')
  room.give({ id: nextId(), type: 'alert/done', alert: firing, times: 1 }, muster, start)
  hear({ ...firing, key: 'later' })
  expect(open().map(proposal => proposal?.cause)).toMatchObject([
    { alert: { key: 'at once' } },
    { alert: { key: 'later' } },
  ])
  expect(room.list(company.dueAlerts)).toEqual([])
  mirror(record()?.incidentId ?? '', 'resolved')
  hear({ ...firing, key: 'when it is over' })
  expect(open()).toHaveLength(2)
  expect(room.list(company.dueAlerts)).toEqual([company.alert('prometheus', 'when it is over')])
})

test('[IN33] what is over and fires again before it was declared is declared once', () => {
  const { hear, open, record, due } = setup({ act: 'declare' })
  hear(firing)
  const { incidentId } = record() ?? {}
  hear(cleared)
  hear({ ...firing, at: start + 2_000 })
  expect(record()).toMatchObject({ incidentId, times: 2, due: 'declare', alert: { state: 'firing' } })
  expect([due(), open().length]).toEqual([1, 0])
})

test('[IN33] nothing is declared beside an incident that somebody declared; beside a drill it is', () => {
  const { hear, open, mirror, due } = setup({ act: 'declare' })
  mirror('drilled', 'open', { drill: true })
  hear(firing)
  expect([due(), open().length]).toEqual([1, 0])
  const other = setup({ act: 'declare' })
  other.mirror('by hand', 'open')
  other.hear(firing)
  expect([other.due(), other.open().length]).toEqual([0, 1])
})

test('[IN33] one source declares three in an hour, also where each is over at once; another source is not held by it', () => {
  const { room, hear, open, mirror } = setup({ act: 'declare' })
  const declared = (key: string, sourceId = 'prometheus') => {
    const { incidentId, alert, times } = room.get<AlertRecord>(company.alert(sourceId, key)) as AlertRecord
    if (incidentId === null) return false
    mirror(incidentId, 'resolved')
    room.give({ id: nextId(), type: 'alert/done', alert, times }, muster, start)
    return true
  }
  const hears = (key: string, now: number) => {
    hear({ ...firing, key }, now)
    return declared(key)
  }
  expect([0, 10, 20, 30].map(past => hears(`after ${past}`, start + past * minute))).toEqual([true, true, true, false])
  expect(open()).toHaveLength(1)
  const alert = { ...firing, sourceId: 'grafana' }
  const told = { alert, source: { ...source, id: 'grafana', act: 'declare' as const }, toldAt: start }
  room.give({ id: nextId(), type: 'alert/hear', ...told }, muster, start + 31 * minute)
  expect(declared('checkout', 'grafana')).toBe(true)
  expect(hears('after an hour', start + 60 * minute)).toBe(true)
})

test('[IN28] what is told in an incident is in its log and its timeline; in a resolved one nothing is', () => {
  const { room, incidentId } = roomWithCustomer(start)
  const tell = (alert: Alert, id = nextId()) => room.give({ id, type: 'alert/tell', alert }, muster, start)
  tell(firing, 'raised')
  tell(cleared, 'cleared')
  expect(room.told.slice(-2)).toMatchObject([
    { type: 'alert/raised', alert: { title: 'Checkout fails' } },
    { type: 'alert/cleared', alert: { state: 'cleared' } },
  ])
  expect(room.get('moment/cleared')).toMatchObject({ type: 'alert/cleared', detail: { title: 'Checkout fails' } })
  room.give({ id: nextId(), type: 'incident/resolve', incidentId }, cora, start)
  expect(tell(firing)).toMatchObject({ type: 'refused' })
})

test('[IN26] a source is saved and removed with its secrets; secrets that are left out stay', () => {
  const { room } = setup()
  const record = company.alertSecrets(source.id)
  const save = (secrets: object) => {
    const command = { id: nextId(), type: 'alert-source/save', source, secrets } as const
    return room.give(sealed(safe, command), cora, start)
  }
  save({ token: 'a token of sixteen' })
  save({ signing: 'a secret of sixteen' })
  const kept = room.get<KeptSecrets>(record)
  expect(JSON.stringify(kept)).not.toContain('sixteen')
  expect(safe.open(record, kept ?? {})).toEqual({ token: 'a token of sixteen', signing: 'a secret of sixteen' })
  const remove = () => room.give({ id: nextId(), type: 'alert-source/remove', sourceId: 'prometheus' }, cora, start)
  remove()
  expect(room.get(company.alertSecrets('prometheus'))).toBe(null)
  expect(remove()).toMatchObject({ type: 'refused', refusal: { code: 'not-found' } })
})
