import { AlertGroup, alertOfGroup } from '@muster/server/alerts/alertmanager.ts'
import type { AlertRecord } from '@muster/server/domain/alert.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { AlertSource } from '@muster/shared/alert.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { muster, nextId } from '../support/builders.ts'
import { histories } from '../support/histories.ts'
import { Records } from '../support/records.ts'

const start = 1_700_000_000_000
const minute = 60_000
/** Alertmanager looks at a group that often. */
const interval = 5 * minute
const source: AlertSource = {
  id: 'prometheus',
  name: 'Prometheus',
  enabled: true,
  kind: 'alertmanager',
  act: 'propose',
  playbookId: null,
  severity: 'sev1',
}

type Member = { startsAt: number; endsAt: number | null; silenced: boolean }

/** A group as Alertmanager keeps it: what is silenced is in no call, and what ended is in one. */
class Group {
  readonly #members = new Map<number, Member>()

  turn(name: number, what: 'begins or ends' | 'is silenced or heard', now: number): void {
    const member = this.#members.get(name)
    const isSilence = what === 'is silenced or heard'
    if (member === undefined) this.#members.set(name, { startsAt: now, endsAt: null, silenced: isSilence })
    else if (isSilence) member.silenced = !member.silenced
    else member.endsAt ??= now
  }

  /** The call of now; null where there is nothing to tell. */
  flush(): AlertGroup | null {
    const told = [...this.#members].filter(([, { silenced }]) => !silenced)
    for (const [name, { endsAt }] of this.#members) if (endsAt !== null) this.#members.delete(name)
    if (told.length === 0) return null
    const status = told.some(([, { endsAt }]) => endsAt === null) ? 'firing' : 'resolved'
    const alerts = told.map(([name, { startsAt, endsAt }]) => ({
      status: endsAt === null ? 'firing' : 'resolved',
      labels: { member: String(name) },
      startsAt: new Date(startsAt).toISOString(),
      endsAt: endsAt === null ? '0001-01-01T00:00:00Z' : new Date(endsAt).toISOString(),
    }))
    return AlertGroup.parse({ status, groupKey: 'checkout', alerts })
  }
}

const step = fc.record({
  name: fc.nat(2),
  what: fc.constantFrom('begins or ends' as const, 'is silenced or heard' as const),
  /** After an end: how long other nodes tell of the trouble yet. */
  echoMs: fc.nat(2 * minute),
})

/** What Muster makes of the calls, beside what is told by them. */
class Hearing {
  readonly #room = new Records()
  /** The calls that told that it fires, while it does. */
  #trouble: AlertGroup[] = []

  told(group: AlertGroup, now: number, echoMs: number): void {
    const fires = group.status === 'firing'
    const isNews = fires === (this.#trouble.length === 0)
    expect(this.#hear(group, now)).toBe(isNews)
    if (fires) this.#trouble.push(group)
    else for (const late of this.#trouble.splice(0)) expect(this.#hear(late, now + echoMs)).toBe(false)
    const known = this.#room.get<AlertRecord>(company.alert(source.id, 'checkout'))
    expect(known?.alert.state).toBe(fires ? 'firing' : 'cleared')
    expect(this.#room.list(company.openProposals)).toHaveLength(fires ? 1 : 0)
  }

  /** Whether it was news. */
  #hear(group: AlertGroup, toldAt: number): boolean {
    const alert = { sourceId: source.id, ...alertOfGroup(group, toldAt) }
    const decision = this.#room.give({ id: nextId(), type: 'alert/hear', alert, source, toldAt }, muster, toldAt)
    return decision.type !== 'refused' && decision.answer.news === true
  }
}

test('[IN28] [IN32] whatever is silenced and heard again, what a group tells is believed, and what other nodes tell late is not', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const [group, hearing] = [new Group(), new Hearing()]
      for (const [number, { name, what, echoMs }] of steps.entries()) {
        const now = start + number * interval
        group.turn(name, what, now)
        const told = group.flush()
        if (told !== null) hearing.told(told, now, echoMs)
      }
    }),
    histories(300),
  )
})
