import { proposalsOf } from '@muster/server/desk/picture.ts'
import { takeProposal } from '@muster/server/desk/proposals.ts'
import { endProposals } from '@muster/server/desk/taken-proposals.ts'
import { muster } from '@muster/server/domain/decision.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { IncidentCommand } from '@muster/shared/command.ts'
import { expect, test } from 'vitest'
import { cora, declaring, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'

const minute = 60_000
const spike = { channels: ['mail'], lastMinute: 20, usual: 1 }

onEachStore(({ open }) => {
  test('[IN24] a proposal whose declaration ended in its midst is given back after a minute; declared, it stays so and stands in the list', async () => {
    const store = await open()
    const desk = deskOn(store)
    const proposalId = nextId('spike')
    await desk.handle(company.room, { id: proposalId, type: 'spike/propose', spike }, muster)
    const proposed = async () => (await proposalsOf(store)).map(({ id }) => id)
    const declareAnew = (): IncidentCommand => ({ ...declaring(), id: nextId(), proposalId })
    expect(await takeProposal(desk, cora, declareAnew())).toBe(null)
    const first = await store.now()
    expect(await takeProposal(desk, cora, declareAnew())).toMatchObject({ refusal: { why: 'proposal-declared' } })
    await endProposals(desk, first + minute / 2)
    expect(await proposed()).toEqual([])
    await endProposals(desk, first + minute)
    expect(await proposed()).toEqual([proposalId])

    const declare = declareAnew()
    expect(await takeProposal(desk, cora, declare)).toBe(null)
    await desk.handle(declare.id, declare, cora)
    const listed = async () =>
      (await store.read(company.room, [company.incident(declare.id)])).records[0]?.value ?? null
    expect(await listed()).toBe(null)
    await endProposals(desk, (await store.now()) + minute)
    expect(await proposed()).toEqual([])
    expect(await listed()).toMatchObject({ id: declare.id, state: 'open' })
    expect(await store.list(company.room, company.takenProposals, { after: null, limit: 20 })).toEqual([])
  })
})
