import type { Desk } from '@muster/server/desk/desk.ts'
import { sealed } from '@muster/server/desk/sealing.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import { beforeAll, expect, test } from 'vitest'
import { actor, arrivalOf, arriving, cora, declaring, muster, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { hookChannel } from '../support/post.ts'

const topics = ['maps', 'mail', 'login'].map(id => ({ id, name: id, words: [id] }))
const takers = Array.from({ length: 60 }, (_, index) => actor(`Taker${index}`))

onEachStore(shelf => {
  let nodes: [Desk, Desk]
  beforeAll(async () => {
    nodes = [deskOn(await shelf.open()), deskOn(await shelf.open())]
  })

  async function incidentWith(texts: string[], policy: object = {}): Promise<string> {
    const declare = declaring({ topics, policy: { claimsPerPerson: 100, ...policy } })
    const [desk] = nodes
    await desk.handle(declare.id, declare, cora)
    const join = { type: 'incident/join', incidentId: declare.id } as const
    await Promise.all(takers.map(taker => desk.handle(declare.id, { id: nextId(), ...join }, taker)))
    // Two in one millisecond would stand in the order of their ids.
    const last = await desk.store.now()
    for (const [index, text] of texts.entries()) {
      const arrival = arrivalOf({ text, from: { address: nextId('customer'), name: '' } })
      const arrivedAt = last - texts.length + index
      await desk.handle(declare.id, { ...arriving(arrival), arrivedAt }, muster)
    }
    return declare.id
  }

  test('[CL7] [CL11] people of several topics who take the next at once on two nodes share the queue of each', async () => {
    const texts = takers.map((_, index) => `about ${topics[index % 3]?.id} ${index}`)
    const incidentId = await incidentWith(texts)
    const take = { type: 'conversation/take-next', incidentId } as const
    const outcomes = await Promise.all(
      takers.map((taker, index) => {
        const wished = [topics[index % 3]?.id ?? '', 'made-up']
        return nodes[index % 2 === 0 ? 0 : 1].handle(incidentId, { id: nextId(), ...take, topics: wished }, taker)
      }),
    )
    const taken = outcomes.map(outcome =>
      outcome.type === 'done' ? (outcome.answer.conversation as Conversation) : null,
    )
    expect(taken.map(conversation => conversation?.topics)).toEqual(takers.map((_, index) => [topics[index % 3]?.id]))
    expect(new Set(taken.map(conversation => conversation?.id)).size).toBe(takers.length)
  })

  test('[CL11] [CL12] who wishes for nothing known, or for what nobody waits in, gets the oldest of all', async () => {
    const incidentId = await incidentWith(['about maps', 'about mail'])
    const take = { type: 'conversation/take-next', incidentId } as const
    const [one, other, third] = takers
    for (const [taker, wished, found] of [
      [one, ['made-up'], 'maps'],
      [other, ['login', 'maps'], 'mail'],
      [third, ['mail'], null],
    ] as const) {
      const command = { id: nextId(), ...take, topics: [...wished] }
      const outcome = await nodes[0].handle(incidentId, command, taker ?? muster)
      if (found === null) expect(outcome).toMatchObject({ refusal: { code: 'nothing-waiting' } })
      else expect(outcome).toMatchObject({ answer: { conversation: { topics: [found] } } })
    }
  })

  test('[CL32] hundreds who would be answered too late hide nobody who would be answered in time, in any topic', async () => {
    const [desk, other] = nodes
    const incidentId = await incidentWith([])
    const ids = ['posts', 'letters'].map(id => nextId(id))
    for (const id of ids)
      await desk.handle(company.room, sealed(safe, { id: nextId(), type: 'channel/save', ...hookChannel(id) }), cora)
    const [posts = '', letters = ''] = ids
    const write = (channelId: string, text: string) => {
      const arrival = arrivalOf({ text, from: { address: nextId('customer'), name: '' }, visibility: 'public' })
      return desk.handle(incidentId, arriving(arrival, channelId), muster)
    }
    for (let count = 0; count < 300; count++) await write(posts, 'about maps')
    for (const text of ['about maps', 'about mail', 'about login']) await write(letters, text)
    const leavesAt = (await desk.store.now()) + 3_600_000
    const jam = {
      id: nextId(),
      type: 'pipes/watch',
      lanes: [{ lane: posts, name: 'Posts', why: 'full', leavesAt }],
    } as const
    await desk.handle(incidentId, jam, muster)
    const take = { type: 'conversation/take-next', incidentId } as const
    const wished = [['mail'], ['maps'], ['maps'], ['maps'], []]
    const outcomes = []
    for (const [index, topic] of wished.entries()) {
      const command = { id: nextId(), ...take, topics: topic }
      outcomes.push(await nodes[index % 2 === 0 ? 0 : 1].handle(incidentId, command, takers[index] ?? muster))
    }
    const found = outcomes.map(outcome =>
      outcome.type === 'done' ? (outcome.answer.conversation as Conversation).topics[0] : outcome,
    )
    const late = { type: 'refused', refusal: { code: 'pipe-slowed', leavesAt } }
    expect(found).toMatchObject(['mail', 'maps', 'login', late, late])
    await other.handle(incidentId, { id: nextId(), type: 'pipes/watch', lanes: [] }, muster)
    expect(await desk.handle(incidentId, { id: nextId(), ...take, topics: [] }, takers[9] ?? muster)).toMatchObject({
      type: 'done',
    })
  })
})
