import { createHmac } from 'node:crypto'
import { alertDoorOf } from '@muster/server/alert-door.ts'
import { readingAlertsAgain } from '@muster/server/alert-quarantine.ts'
import { Alerts } from '@muster/server/desk/alerts.ts'
import { incidentsOf, proposalsOf } from '@muster/server/desk/picture.ts'
import { type ReadAgain, retryOf } from '@muster/server/desk/quarantine.ts'
import { sealed } from '@muster/server/desk/sealing.ts'
import type { Quarantined } from '@muster/server/domain/company.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { AlertSource } from '@muster/shared/alert.ts'
import { expect, test } from 'vitest'
import { cora, lena, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'

const token = 'token-of-the-source'
const signing = 'the signing secret of the source'
const fault = (error: unknown) => {
  throw error
}
const noMessage: ReadAgain = () => Promise.reject(new Error('it is no message'))

onEachStore(shelf => {
  async function node() {
    const desk = deskOn(await shelf.open())
    const alerts = new Alerts({ desk, fault, incidentDeclared: async () => {} })
    const call = alertDoorOf({ desk, safe, alerts })
    const retry = retryOf({ desk, again: { message: noMessage, alert: readingAlertsAgain({ desk, alerts }) } })
    return { desk, alerts, call, retry }
  }

  /** A source that was set up as another system than what calls it, on two nodes. */
  async function setup(act: AlertSource['act'] = 'propose') {
    const [first, other] = [await node(), await node()]
    const { desk } = first
    const id = nextId('source')
    const title = `Checkout fails (${id})`
    const wrong: AlertSource = {
      id,
      name: 'Pager',
      enabled: true,
      kind: 'alertmanager',
      act,
      playbookId: null,
      severity: 'sev2',
    }
    const save = async (given: Partial<AlertSource> = {}, secrets: object = { token, signing }) => {
      const command = { id: nextId(), type: 'alert-source/save', source: { ...wrong, ...given }, secrets } as const
      expect(await desk.handle(company.room, sealed(safe, command), cora)).toMatchObject({ type: 'done' })
    }
    /** As PagerDuty does it, which here sends the token of the source besides. */
    const pagerDuty = async (type: string, occurred_at?: string) => {
      const data = { id: 'P1', title, service: null, priority: null }
      const body = Buffer.from(JSON.stringify({ event: { event_type: `incident.${type}`, occurred_at, data } }))
      const signature = createHmac('sha256', signing).update(body).digest('hex')
      const headers = { authorization: `Bearer ${token}`, 'x-pagerduty-signature': `v1=${signature}` }
      return (await first.call(id, { headers, body })).status
    }
    const kept = async () =>
      (await desk.store.list(company.room, company.quarantined, { after: null, limit: 100 }))
        .map(({ stored }) => stored.value as Quarantined)
        .filter(({ channelId }) => channelId === id)
    const proposed = async () => (await proposalsOf(desk.store)).filter(each => each.title === title)
    const declared = async () => (await incidentsOf(desk.store)).filter(each => each.title === title)
    await save()
    return { first, other, save, pagerDuty, kept, proposed, declared }
  }

  test('[IN31] an alert that was set aside proposes once its source is set right: once, whoever reads it, and its sender repeats it', async () => {
    const { first, other, save, pagerDuty, kept, proposed } = await setup()
    expect(await pagerDuty('triggered')).toBe(400)
    const [alert] = await kept()
    const id = alert?.id ?? ''
    expect(await first.retry(lena, nextId(), id)).toMatchObject({
      type: 'refused',
      refusal: { code: 'left-in-quarantine', why: 'defect', defect: { code: 'alert', field: 'status' } },
    })
    expect(await kept()).toEqual([alert])
    await save({ kind: 'pagerduty' })
    const command = nextId()
    const both = await Promise.all([first.retry(lena, command, id), other.retry(cora, nextId(), id)])
    expect(both.map(({ type }) => type).sort()).toEqual(['done', 'refused'])
    expect(await kept()).toEqual([])
    expect(await proposed()).toMatchObject([{ state: 'open', cause: { alert: { key: 'P1', at: alert?.arrivedAt } } }])
    expect(await pagerDuty('triggered')).toBe(202)
    expect(await proposed()).toHaveLength(1)
  })

  test('[IN31] it declares where its source says so, with another secret than it came with', async () => {
    const { first, save, pagerDuty, kept, declared } = await setup('declare')
    await pagerDuty('triggered')
    await save({ kind: 'pagerduty' }, { token: '', signing: 'another secret of this source' })
    const [alert] = await kept()
    const command = nextId()
    expect(await first.retry(lena, command, alert?.id ?? '')).toMatchObject({ type: 'done', answer: { news: true } })
    await first.alerts.follow()
    expect(await declared()).toMatchObject([{ severity: 'sev2' }])
    // A screen that did not hear the answer asks again.
    expect(await first.retry(lena, command, alert?.id ?? '')).toMatchObject({ type: 'done' })
    await first.alerts.follow()
    expect(await declared()).toHaveLength(1)
  })

  test('[IN31] what its sender told again since is not told twice', async () => {
    const { first, save, pagerDuty, kept, proposed } = await setup()
    await pagerDuty('triggered')
    await save({ kind: 'pagerduty' })
    expect(await pagerDuty('triggered')).toBe(202)
    const [proposal] = await proposed()
    const [alert] = await kept()
    const again = await first.retry(lena, nextId(), alert?.id ?? '')
    expect(again).toMatchObject({ type: 'done', answer: { news: false } })
    expect(await proposed()).toEqual([proposal])
    expect(await kept()).toEqual([])
  })

  test('[IN28] [IN31] a beginning that was set aside is as old as its call: it begins nothing that is over', async () => {
    const { first, save, pagerDuty, kept, proposed } = await setup()
    await pagerDuty('triggered')
    await save({ kind: 'pagerduty' })
    expect(await pagerDuty('resolved', new Date(Date.now() + 60_000).toISOString())).toBe(202)
    const [alert] = await kept()
    const again = await first.retry(lena, nextId(), alert?.id ?? '')
    expect(again).toMatchObject({ type: 'done', answer: { news: false } })
    expect(await proposed()).toEqual([])
    expect(await kept()).toEqual([])
  })

  test('[IN31] it stays, with the reason, where its source is switched off or was removed', async () => {
    const { first, save, pagerDuty, kept } = await setup()
    await pagerDuty('triggered')
    await save({ kind: 'pagerduty', enabled: false })
    const [alert] = await kept()
    const retry = () => first.retry(lena, nextId(), alert?.id ?? '')
    expect(await retry()).toMatchObject({ refusal: { code: 'left-in-quarantine', why: 'source-off' } })
    const remove = { id: nextId(), type: 'alert-source/remove', sourceId: alert?.channelId ?? '' } as const
    await first.desk.handle(company.room, remove, cora)
    expect(await retry()).toMatchObject({ refusal: { code: 'left-in-quarantine', why: 'source-gone' } })
    expect(await kept()).toEqual([alert])
    await save({ kind: 'pagerduty' })
    expect(await retry()).toMatchObject({ type: 'done' })
  })
})
