import { openJoinOf } from '@muster/server/auth/join.ts'
import { askOf } from '@muster/server/desk/ask.ts'
import type { Desk } from '@muster/server/desk/desk.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { JoinRecord } from '@muster/server/domain/join.ts'
import { Command } from '@muster/shared/command.ts'
import { beforeAll, expect, test } from 'vitest'
import { actor, cora, declaring, lena, muster, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'

const origin = 'https://muster.example'

onEachStore(shelf => {
  let nodes: [Desk, Desk]

  beforeAll(async () => {
    nodes = [deskOn(await shelf.open()), deskOn(await shelf.open())]
  })

  async function openIncident(): Promise<string> {
    const none = () => Promise.reject(new Error('not part of this'))
    const acts = { openJoin: none, retryQuarantined: none, invite: none, startDrill: none, stopDrill: none }
    const { drill: _, policy: __, ...declare } = declaring()
    await askOf(nodes[0], { ...acts, incidentDeclared: async () => {} }, safe)(cora, Command.parse(declare))
    return declare.id
  }

  function enter(desk: Desk, code: string) {
    const name = nextId('guest')
    const guest = { id: name, name, team: 'Sales' }
    const command = { id: nextId('enter'), type: 'join/entered', code, guest, session: name, former: null } as const
    return desk.handle(company.room, command, muster)
  }

  test('[JN2] of sixty who come at once over two nodes exactly as many get in as the cap says', async () => {
    for (const [code, cap] of [
      ['AAAABBBB', 1],
      ['CCCCDDDD', 20],
    ] as const) {
      const incidentId = await openIncident()
      const open = { id: nextId('open'), type: 'join/opened', incidentId, cap, code } as const
      await nodes[0].handle(company.room, open, lena)
      const outcomes = await Promise.all(
        Array.from({ length: 60 }, (_, index) => enter(nodes[index % 2 === 0 ? 0 : 1], code)),
      )
      expect(outcomes.filter(({ type }) => type === 'done')).toHaveLength(cap)
      const others = outcomes.filter(({ type }) => type !== 'done')
      expect(others.every(other => other.type === 'refused' && other.refusal.code === 'conflict')).toBe(true)
      const { records } = await nodes[1].store.read(company.room, [company.join(incidentId)])
      expect(records[0]?.value as JoinRecord).toMatchObject({ joined: cap })
    }
  })

  test('[JN3] whatever a guest asks of another incident, or of none, is refused by name before anything is done', async () => {
    const [own, other] = [await openIncident(), await openIncident()]
    const none = () => Promise.reject(new Error('this is not for guests'))
    const acts = { openJoin: none, retryQuarantined: none, invite: none, startDrill: none, stopDrill: none }
    const ask = askOf(nodes[0], { ...acts, incidentDeclared: none }, safe)
    // As a commander, so that no role stands before the rule.
    const guest = { ...actor('Gus', 'commander'), incidentId: own }
    const top = await nodes[0].store.top(other)
    for (const { shape } of Command.options) {
      const type = shape.type.value
      const command = { id: nextId(), type, ...('incidentId' in shape && { incidentId: other }) } as never
      expect(await ask(guest, command)).toEqual({
        type: 'refused',
        refusal: { code: 'not-allowed', sentence: expect.stringContaining(`"${type}" reaches beyond it`) },
      })
    }
    expect(await nodes[0].store.top(other)).toEqual(top)
    expect(await ask(guest, { id: nextId(), type: 'incident/join', incidentId: own })).toMatchObject({
      answer: { responder: { guest: true } },
    })
  })

  test('[JN5] a command that is given twice opens once, and is answered with the first code', async () => {
    const incidentId = await openIncident()
    const command = { id: nextId('open'), type: 'join/open', incidentId, cap: 5 } as const
    const first = await openJoinOf(nodes[0], origin)(lena, command)
    expect(await openJoinOf(nodes[1], origin)(lena, command)).toEqual(first)
    const another = await openJoinOf(nodes[0], origin)(lena, { ...command, id: nextId('open') })
    expect(another).toMatchObject({ type: 'done' })
    expect(another).not.toMatchObject({ answer: (first as { answer: object }).answer })
  })
})
