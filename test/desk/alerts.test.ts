import { Alerts } from '@muster/server/desk/alerts.ts'
import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { incidentsOf, proposalsOf, snapshotOf, timelineOf } from '@muster/server/desk/picture.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { Alert, AlertSource } from '@muster/shared/alert.ts'
import { defaultTraining } from '@muster/shared/training-rules.ts'
import { afterEach, expect, test } from 'vitest'
import { arrivalOf, cora, muster, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'

const fault = (error: unknown) => {
  throw error
}

onEachStore(shelf => {
  async function setup() {
    const id = nextId('source')
    const source: AlertSource = {
      id,
      name: 'Alarms',
      enabled: true,
      kind: 'alertmanager',
      act: 'declare',
      playbookId: null,
      severity: 'sev2',
    }
    const alert: Alert = {
      sourceId: id,
      key: 'checkout',
      title: `Checkout fails (${id})`,
      detail: '',
      link: null,
      state: 'firing',
      at: 1_000,
    }
    const desks = [deskOn(await shelf.open()), deskOn(await shelf.open())]
    const nodes = desks.map(desk => {
      const intake = new Intake(desk)
      const incidentDeclared = async () => intake.pour(await desk.store.now())
      return { desk, intake, alerts: new Alerts({ desk, fault, incidentDeclared }) }
    })
    const [first, other] = nodes
    if (first === undefined || other === undefined) throw new Error('there are two')
    await first.desk.handle(company.room, { id: nextId(), type: 'alert-source/save', source, secrets: {} }, cora)
    const mine = async () => (await incidentsOf(first.desk.store)).filter(({ title }) => title.includes(id))
    const told = async (incidentId: string) =>
      (await timelineOf(first.desk.store, incidentId, null)).moments.map(({ type }) => type).reverse()
    return { source, alert, first, other, mine, told }
  }

  /** Beside an open incident an alert declares none. */
  afterEach(async () => {
    const desk = deskOn(await shelf.open())
    for (const { id, state } of await incidentsOf(desk.store)) {
      if (state !== 'open') continue
      await desk.handle(id, { id: nextId(), type: 'incident/resolve', incidentId: id }, cora)
      await mirrorIncident(desk, id)
    }
  })

  test('[IN30] what a node heard and died over is declared and told by another, once, with what came before', async () => {
    const { source, alert, first, other, mine, told } = await setup()
    const arrival = arrivalOf()
    await first.intake.take({ id: source.id, incidentId: null }, { type: 'arrival', arrival })
    // It is stored; nobody follows.
    await first.desk.handle(company.room, { id: nextId(), type: 'alert/hear', alert, source, toldAt: alert.at }, muster)
    expect(await mine()).toEqual([])
    await Promise.all([first.alerts.follow(), other.alerts.follow(), other.alerts.follow()])
    const [incident, ...more] = await mine()
    expect(more).toEqual([])
    expect(incident).toMatchObject({ severity: 'sev2', state: 'open', declaredBy: { name: 'Muster' } })
    const id = incident?.id ?? ''
    expect(await told(id)).toEqual(['incident/declared', 'alert/raised'])
    expect((await snapshotOf(first.desk.store, id))?.conversations).toMatchObject([{ preview: arrival.text }])
    await Promise.all([first.alerts.follow(), other.alerts.follow()])
    expect(await told(id)).toHaveLength(2)
  })

  test('[IN28] [IN30] a beginning and an end that were heard before anybody followed are one incident and its end', async () => {
    const { source, alert, first, other, mine, told } = await setup()
    for (const state of ['firing', 'cleared'] as const) {
      const heard = { ...alert, state, at: state === 'firing' ? 1_000 : 2_000 }
      await first.desk.handle(
        company.room,
        { id: nextId(), type: 'alert/hear', alert: heard, source, toldAt: heard.at },
        muster,
      )
    }
    await other.alerts.follow()
    const [incident] = await mine()
    expect(await told(incident?.id ?? '')).toEqual(['incident/declared', 'alert/cleared'])
    expect(await first.desk.store.count(company.room, company.dueAlerts)).toBe(0)
  })

  test('[IN27] where the playbook cannot be used an incident is declared from the alert alone', async () => {
    const { source, alert, first, mine } = await setup()
    const text = { know: '', maySay: '', mustNotSay: [], example: '', topics: [], wordings: [] }
    const broken = { mustNotMatch: [{ pattern: '(', why: 'It never ends.' }], training: defaultTraining, ...text }
    const playbook = {
      ...broken,
      id: 'broken',
      name: 'Broken',
      title: 'Broken',
      severity: 'sev1',
      affected: '',
    } as const
    await first.desk.handle(company.room, { id: nextId(), type: 'playbook/save', playbook }, cora)
    const named = { ...source, playbookId: 'broken' }
    await first.desk.handle(company.room, { id: nextId(), type: 'alert-source/save', source: named, secrets: {} }, cora)
    await first.alerts.hear(named, [alert], alert.at)
    await first.alerts.follow()
    expect(await mine()).toMatchObject([{ title: alert.title, severity: 'sev2' }])
  })

  test('[IN27] two nodes hear it at once and again: one incident', async () => {
    const { source, alert, first, other, mine, told } = await setup()
    await Promise.all([
      first.alerts.hear(source, [alert], alert.at),
      other.alerts.hear(source, [alert, alert], alert.at),
    ])
    await Promise.all([first.alerts.follow(), other.alerts.follow()])
    const [incident, ...more] = await mine()
    expect(more).toEqual([])
    expect(await told(incident?.id ?? '')).toEqual(['incident/declared', 'alert/raised'])
  })

  test('[IN33] of twelve alerts that two nodes hear at once one declares, and eleven propose', async () => {
    const { source, alert, first, other, mine } = await setup()
    const storm = Array.from({ length: 12 }, (_, number) => ({ ...alert, key: `group ${number}` }))
    await Promise.all(storm.map((each, number) => (number % 2 ? first : other).alerts.hear(source, [each], each.at)))
    await Promise.all([first.alerts.follow(), other.alerts.follow()])
    expect(await mine()).toMatchObject([{ state: 'open' }])
    expect((await proposalsOf(first.desk.store)).filter(({ title }) => title === alert.title)).toHaveLength(11)
    const later = { ...alert, key: 'later' }
    await other.alerts.hear(source, [later], later.at)
    await first.alerts.follow()
    expect(await mine()).toHaveLength(1)
  })
})
