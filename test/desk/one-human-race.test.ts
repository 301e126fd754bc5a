import type { Desk } from '@muster/server/desk/desk.ts'
import { conversationOf, snapshotOf } from '@muster/server/desk/picture.ts'
import { voicedLines } from '@muster/server/desk/voice.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { apply, differenceOf, pictureOf } from '@muster/server/drill/picture.ts'
import type { Store } from '@muster/server/store/store.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { Responder } from '@muster/shared/incident.ts'
import fc from 'fast-check'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { ada, arrivalOf, arriving, bert, cora, declaring, lena, muster, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { histories } from '../support/histories.ts'
import { onEachStore } from '../support/on-each-store.ts'

const people = [ada, bert, lena]
const did = 'did:plc:kim'
const addresses = [
  ['mail', 'kim@example.com'],
  ['posts', '@kim'],
  ['more', 'kim.more'],
] as const

/** What happens at once, each on one of two nodes. */
const deed = fc.record({
  do: fc.constantFrom('merge', 'part', 'claim', 'next', 'write', 'prove', 'submit', 'settle', 'delete', 'release'),
  node: fc.boolean(),
  person: fc.nat(2),
  one: fc.nat(2),
  other: fc.nat(2),
})
const rounds = fc.array(fc.array(deed, { minLength: 2, maxLength: 8 }), { minLength: 1, maxLength: 4 })
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never

onEachStore(shelf => {
  let nodes: [Desk, Desk]
  let store: Store
  let incidentId: string
  let written: string[]

  beforeAll(async () => {
    nodes = [deskOn(await shelf.open()), deskOn(await shelf.open())]
    store = nodes[1].store
  })
  beforeEach(newIncident)

  async function newIncident() {
    const declare = declaring({ policy: { leaseMs: 3_600_000, claimsPerPerson: 100 } })
    incidentId = declare.id
    written = []
    await nodes[0].handle(incidentId, declare, cora)
    const join = { type: 'incident/join', incidentId } as const
    for (const person of people) await nodes[0].handle(incidentId, { id: nextId('join'), ...join }, person)
    for (const index of [0, 1, 2]) await write(nodes[0], index)
  }

  async function write(node: Desk, index: number, identity: string | null = null) {
    const [channelId, address] = addresses[index] ?? addresses[0]
    const from = { address, name: 'Kim', reach: null, identity }
    const arrival = { ...arrivalOf({ externalId: nextId('human') }), from }
    await node.handle(incidentId, arriving(arrival, channelId), muster)
    written.push(messageIdOf(channelId, arrival.externalId))
  }

  async function conversations() {
    return (await snapshotOf(store, incidentId))?.conversations ?? []
  }

  async function act({ do: what, node, person, one, other }: Deed, known: Awaited<ReturnType<typeof conversations>>) {
    const desk = nodes[node ? 0 : 1]
    const who = people[person] ?? ada
    const conversation = known[one % known.length] ?? known[0]
    const conversationId = conversation?.id ?? ''
    const fence = conversation?.claim?.fence ?? 1
    const through = conversation?.messages ?? 1
    const give = (command: object, by = who) =>
      desk.handle(incidentId, { id: nextId('deed'), incidentId, conversationId, ...command } as never, by)
    const [channelId, address] = addresses[other] ?? addresses[0]
    switch (what) {
      case 'merge':
        return give({ type: 'conversation/merge', otherId: known[other % known.length]?.id ?? '' })
      case 'part':
        return give({ type: 'conversation/part', channelId, address })
      case 'claim':
        return give({ type: 'conversation/claim' })
      case 'next':
        return give({ type: 'conversation/take-next', topics: [] })
      case 'write':
        return write(desk, one)
      case 'prove':
        return write(desk, one, did)
      case 'submit':
        return give({ type: 'reply/submit', fence, epoch: 1, text: 'We are on it.', through })
      case 'settle':
        return give({ type: 'conversation/settle', through, how: 'needless', note: null })
      case 'delete':
        return give({ type: 'message/delete', messageId: written[one] ?? '', at: 1 }, muster)
      case 'release':
        return give({ type: 'conversation/release', fence })
    }
  }

  /** Every message once, in one conversation, numbered from 1; one claim each; what people hold adds up. */
  async function judge() {
    const all = await conversations()
    const details = await Promise.all(all.map(({ id }) => conversationOf(store, incidentId, id)))
    const messages = details.flatMap(detail => detail?.messages ?? [])
    expect(messages.map(({ id }) => id).toSorted()).toEqual(written.toSorted())
    for (const detail of details) {
      if (detail === null) throw new Error('a conversation that is listed and not there')
      const { conversation } = detail
      expect(detail.messages.map(({ number }) => number)).toEqual(detail.messages.map((_each, index) => index + 1))
      expect(detail.messages.every(({ conversationId }) => conversationId === conversation.id)).toBe(true)
      expect(conversation.messages).toBe(detail.messages.length)
      expect(conversation.answeredThrough).toBeLessThanOrEqual(conversation.messages)
      expect(conversation.waitingSince === null).toBe(conversation.answeredThrough === conversation.messages)
      if (conversation.claim !== null) expect(conversation.claim.fence).toBe(conversation.fence)
      const onItsWay = detail.replies.filter(({ state }) => state === 'queued')
      expect(onItsWay.map(({ id }) => id)).toEqual(conversation.claim?.replyId ? [conversation.claim.replyId] : [])
    }
    const held = people.map(({ id }) => all.filter(({ claim }) => claim?.holder.id === id).length)
    const { records } = await store.read(
      incidentId,
      people.map(({ id }) => `responder/${id}`),
    )
    expect(records.map(record => (record?.value as Responder | undefined)?.holding)).toEqual(held)
  }

  test('[MC22] [MC23] whatever meets a merge or a parting on two nodes, nothing is lost or double, and screens converge', async () => {
    const { numRuns, seed } = histories(40)
    await fc.assert(
      fc.asyncProperty(rounds, async plans => {
        await newIncident()
        const begin = await snapshotOf(store, incidentId)
        if (begin === null) throw new Error('no snapshot')
        for (const plan of plans) {
          const known = await conversations()
          await Promise.all(plan.map(each => act(each, known)))
          await judge()
        }
        const screen = pictureOf(begin)
        const log = await store.since(incidentId, begin.at, 100_000)
        if (log.type !== 'resumed') throw new Error('the log could not be read')
        const lines = await voicedLines(store, incidentId, log.lines)
        for (const { seq, told } of lines) apply(screen, { seq, ...told } as unknown as Entry)
        const end = await snapshotOf(store, incidentId)
        if (end === null) throw new Error('no snapshot')
        expect(differenceOf(screen, pictureOf(end))).toBeNull()
      }),
      { numRuns, ...(seed !== undefined && { seed }) },
    )
  }, 3_600_000)
})
