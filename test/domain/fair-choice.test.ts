import { Random } from '@muster/server/drill/random.ts'
import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Policy } from '@muster/shared/incident.ts'
import { expect, test } from 'vitest'
import { actor, conversationIn, cora, customerIn, declaring, muster, nextId } from '../support/builders.ts'
import { Records } from '../support/records.ts'

const second = 1_000
const minute = 60 * second
const shiftMs = 4 * 60 * minute
const liked = ['maps', 'mail', 'login', 'sync']
const unpopular = 'refund'
const topics = [...liked, unpopular].map(id => ({ id, name: id, words: [id] }))
const people = Array.from({ length: 60 }, (_, index) => actor(`Picky${index}`))
const fair: Partial<Policy> = { patienceMs: 10 * minute, choicesInARow: 3 }
const withoutRule: Partial<Policy> = { patienceMs: 24 * 60 * minute, choicesInARow: 100 }

type Taken = { id: string; at: number }

/**
 * Sixty who answer customers, each of whom would rather answer one topic, and none of whom ever chooses the unpopular one:
 * where nobody else waits they rest. Answering takes 2 to 6 minutes, so they manage 15 a minute; 14 come, every tenth of
 * them about the unpopular topic.
 */
class Shift {
  readonly room = new Records()
  readonly taken: Taken[] = []
  readonly #incidentId: string
  readonly #random: Random
  readonly #busy = new Map<string, { until: number; conversation: Conversation }>()
  #now = 1_000_000

  constructor(policy: Partial<Policy>, seed: number) {
    this.#random = new Random(seed)
    const declare = declaring({ topics, policy: { leaseMs: 60 * minute, claimsPerPerson: 1, ...policy } })
    this.#incidentId = declare.id
    this.room.give(declare, cora, this.#now)
    for (const person of people) this.#give({ type: 'incident/join' }, person)
  }

  run(): void {
    const end = this.#now + shiftMs
    while (this.#now < end) {
      this.#now += second
      if (this.#random.chance(14 / 60)) this.#write()
      for (const [index, person] of people.entries()) this.#turn(person, liked[index % 4] as string)
    }
  }

  /** How long everybody waited, who waits still until now. */
  waits(): number[] {
    const until = new Map(this.taken.map(({ id, at }) => [id, at]))
    return this.conversations().map(({ id, openedAt }) => (until.get(id) ?? this.#now) - openedAt)
  }

  conversations(): Conversation[] {
    return this.room.list('conversations').map(key => conversationIn(this.room, key.slice('conversation/'.length)))
  }

  #write(): void {
    const topic = this.#random.chance(0.1) ? unpopular : this.#random.pick(liked)
    customerIn(this.room, nextId('customer'), this.#now, { text: `What about ${topic}?` })
  }

  #turn(person: ReturnType<typeof actor>, favourite: string): void {
    const work = this.#busy.get(person.id)
    if (work !== undefined && work.until > this.#now) return
    if (work !== undefined) this.#send(work.conversation, person)
    this.#busy.delete(person.id)
    const conversation = this.#pick(person, favourite)
    if (conversation === null) return
    this.taken.push({ id: conversation.id, at: this.#now })
    const until = this.#now + this.#random.between(2, 6) * minute
    this.#busy.set(person.id, { until, conversation })
  }

  /** The favourite, else another but never the unpopular one; what Muster gives instead when it must be. */
  #pick(person: ReturnType<typeof actor>, favourite: string): Conversation | null {
    const topic = [favourite, ...liked].find(each => this.room.list(`waiting/${each}`).length > 0)
    if (topic === undefined) return null
    const conversationId = this.room.list(`waiting/${topic}`)[0]?.slice('conversation/'.length)
    const chosen = this.#give({ type: 'conversation/claim', conversationId }, person)
    const got =
      chosen.type === 'refused' ? this.#give({ type: 'conversation/take-next', topics: [topic] }, person) : chosen
    if (got.type !== 'change') throw new Error(`refused twice: ${JSON.stringify(got)}`)
    return got.answer.conversation as Conversation
  }

  #send({ id: conversationId, fence, messages }: Conversation, person: ReturnType<typeof actor>): void {
    const replyId = nextId('reply')
    const reply = { conversationId, fence, epoch: 1, text: 'We are on it.', through: messages }
    this.#give({ id: replyId, type: 'reply/submit', ...reply }, person)
    this.#give({ type: 'delivery/take', replyId, worker: 'w', leaseMs: 1_000 }, muster)
    this.#give({ type: 'delivery/sent', replyId, worker: 'w', externalId: replyId }, muster)
  }

  #give(command: object, by: ReturnType<typeof actor>) {
    const whole = { id: nextId(), incidentId: this.#incidentId, ...command } as IncidentCommand
    return this.room.give(whole, by, this.#now)
  }
}

/** For everybody who waited beyond the patience: how many were taken from then on until they were, and how many may be. */
function judge(
  { taken, ...shift }: { taken: Taken[]; conversations: Conversation[] },
  patienceMs: number,
  inARow: number,
) {
  const place = new Map(taken.map(({ id }, index) => [id, index]))
  return shift.conversations.flatMap(({ id, openedAt }) => {
    const from = taken.findIndex(({ at }) => at > openedAt + patienceMs)
    const own = place.get(id) ?? Infinity
    if (from < 0 || own < from) return []
    const before = shift.conversations.filter(
      other => other.openedAt <= openedAt && (place.get(other.id) ?? Infinity) >= from,
    )
    const bound = people.length * inARow + (before.length - 1) * (inARow + 1) + 1
    const passed = Math.min(own, taken.length - 1) - from + 1
    return [{ passed, bound }]
  })
}

function shiftUnder(policy: Partial<Policy>, seed: number) {
  const shift = new Shift(policy, seed)
  shift.run()
  const counts = judge({ taken: shift.taken, conversations: shift.conversations() }, 10 * minute, 3)
  return { counts, longest: Math.max(...shift.waits()) / minute }
}

/**
 * 35 minutes: 14 are taken a minute in the long run. Whoever passes the 10 of patience with N before them waits x longer; those N
 * came at most x earlier, 1.4 a minute and at most 5 more by chance. So by the count 14 x ≤ 60 × 3 + 4 (1.4 x + 5) + 1, and x ≤ 24.
 */
const longestAllowed = 35

test.each([1, 2, 3])('[CL13] among picky people nobody waits beyond the bound (seed %i)', seed => {
  const { counts, longest } = shiftUnder(fair, seed)
  expect(counts.length).toBeGreaterThan(20)
  expect(counts.filter(({ passed, bound }) => passed > bound)).toEqual([])
  expect(longest).toBeLessThan(longestAllowed)
})

test('[CL13] without the rule the same people break it', () => {
  const { counts, longest } = shiftUnder(withoutRule, 1)
  expect(counts.filter(({ passed, bound }) => passed > bound).length).toBeGreaterThan(20)
  expect(longest).toBeGreaterThan(5 * longestAllowed)
})
