import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor } from '@muster/server/domain/decision.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import type { Store } from '@muster/server/store/store.ts'
import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Claim, Conversation } from '@muster/shared/conversation.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actor, arrivalOf, arriving, cora, declaring, muster, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { histories } from '../support/histories.ts'

let folder: string
let store: Store
let now = 1_000_000

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-'))
  store = await openSqliteStore({ file: join(folder, 'muster.db'), clock: () => now })
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The same store as a node far away has it: the scheduler decides when a question arrives and when its answer does. */
function farAway(node: string, scheduler: fc.Scheduler): Store {
  const delayed =
    <A extends unknown[], R>(what: string, ask: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      await scheduler.schedule(Promise.resolve(), `${node} asks: ${what}`)
      const answer = await ask(...given)
      await scheduler.schedule(Promise.resolve(), `${node} hears: ${what}`)
      return answer
    }
  return {
    kind: store.kind,
    now: () => store.now(),
    read: delayed('read', store.read.bind(store)),
    list: delayed('list', store.list.bind(store)),
    commit: delayed('commit', store.commit.bind(store)),
    recall: delayed('recall', store.recall.bind(store)),
    count: store.count.bind(store),
    top: store.top.bind(store),
    since: store.since.bind(store),
    lines: store.lines.bind(store),
    follow: store.follow.bind(store),
    backup: store.backup.bind(store),
    scrub: store.scrub.bind(store),
    rinse: store.rinse.bind(store),
    close: () => Promise.resolve(),
  }
}

const people = Array.from({ length: 5 }, (_, index) => actor(`Person${index}`))
const deed = fc.constantFrom(
  'claim',
  'next',
  'renew',
  'save',
  'release',
  'submit',
  'again',
  'clock',
  'back',
  'several',
  'hand',
)
/** What each person does, one thing after another; all of them at the same time. */
const lives = fc.array(fc.array(deed, { minLength: 1, maxLength: 5 }), {
  minLength: people.length,
  maxLength: people.length,
})

async function prepare(): Promise<{ incidentId: string; conversationId: string }> {
  const home = deskOn(store)
  const declare = declaring({ policy: { leaseMs: 20_000, claimsPerPerson: 3 } })
  const incidentId = declare.id
  await home.handle(incidentId, declare, cora)
  for (const who of people) await home.handle(incidentId, { id: nextId(), type: 'incident/join', incidentId }, who)
  const arrival = arrivalOf()
  await home.handle(incidentId, arriving(arrival), muster)
  return { incidentId, conversationId: messageIdOf('mail', arrival.externalId) }
}

/** The fence that an answer gives out. */
function heldBy(outcome: Outcome): number | null {
  if (outcome.type !== 'done') return null
  const { conversation, claimed } = outcome.answer as {
    conversation?: Conversation
    claimed?: { conversation: Conversation }[]
  }
  return (conversation ?? claimed?.[0]?.conversation)?.fence ?? null
}

function neighbour(who: Actor): Actor {
  return people[(people.indexOf(who) + 1) % people.length] ?? who
}

type Given = { who: Actor; command: IncidentCommand; outcome: Outcome }

function person(who: Actor, desk: ReturnType<typeof deskOn>, about: { incidentId: string; conversationId: string }) {
  const given: Given[] = []
  let fence = 1
  const give = async (command: object, id = nextId('deed')) => {
    const whole = { id, ...about, ...command } as IncidentCommand
    const outcome = await desk.handle(about.incidentId, whole, who)
    given.push({ who, command: whole, outcome })
    fence = heldBy(outcome) ?? fence
  }
  const deeds = {
    claim: () => give({ type: 'conversation/claim' }),
    next: () => give({ type: 'conversation/take-next', topics: [] }),
    renew: () => give({ type: 'conversation/renew', fence }),
    save: () => give({ type: 'draft/save', fence, epoch: 1, text: `by ${who.name}` }),
    several: () => give({ type: 'conversation/claim-several', conversationIds: [about.conversationId] }),
    hand: () => give({ type: 'conversation/hand-over', fence, personId: neighbour(who).id }),
    release: () => give({ type: 'conversation/release', fence }),
    submit: () => give({ type: 'reply/submit', fence, epoch: 1, text: 'text', through: 1 }),
    again: async () => {
      const last = given.at(-1)
      if (last !== undefined) await give(last.command, last.command.id)
    },
    clock: async () => {
      now += 15_000
    },
    back: async () => {
      now -= 40_000
    },
  }
  return { given, deeds }
}

const givesOut = new Set<string>(['conversation/claimed', 'conversation/handed-over'])

/** From a living claim it passes by its holder alone, and while a reply is on its way not at all. */
function mayPass({ type, by, at }: Entry, current: Claim | null): void {
  if (type === 'conversation/handed-over') expect(by).toEqual(current?.holder)
  else if (current !== null) expect(at).toBeGreaterThanOrEqual(current.until)
  expect(current?.replyId ?? null).toBeNull()
}

/** Reads the log as a referee: at any line at most one holds, and whoever came next waited for the end of the one before. */
function referee(log: Entry[]): Map<number, string> {
  const holders = new Map<number, string>()
  let current: Claim | null = null
  for (const entry of log) {
    if (!('conversation' in entry)) continue
    const { claim, fence } = entry.conversation
    if (givesOut.has(entry.type) && claim !== null) {
      expect(claim.fence).toBe(holders.size + 1)
      mayPass(entry, current)
      holders.set(claim.fence, claim.holder.id)
    } else if (claim !== null) {
      expect(claim.fence).toBe(current?.fence)
      expect(claim.holder).toEqual(current?.holder)
    }
    expect(fence).toBe(holders.size)
    current = claim
  }
  return holders
}

function judge(given: Given[], holders: Map<number, string>): void {
  const answers = new Map<string, Outcome>()
  for (const { who, command, outcome } of given) {
    if (outcome.type !== 'done') continue
    const first = answers.get(command.id)
    if (first !== undefined && first.type === 'done') expect(outcome).toEqual(first)
    // What changed nothing at first (seq 0) is judged as new when it is given again.
    if (outcome.seq > 0) answers.set(command.id, outcome)
    if ('fence' in command) expect(holders.get(command.fence)).toBe(who.id)
    const held = heldBy(outcome)
    if (held !== null) expect(holders.get(held)).toBe(who.id)
  }
}

test('[CL1] [CL2] [CL3] [CL9] [CL14] [CL16] in whatever order two nodes ask and hear, one holds and old fences write nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), lives, async (scheduler, plans) => {
      const about = await prepare()
      const desks = ['one', 'two'].map(node => deskOn(farAway(node, scheduler)))
      const actors = people.map((who, index) => person(who, desks[index % 2] as (typeof desks)[number], about))
      const running = plans.map(async (plan, index) => {
        for (const each of plan) await actors[index]?.deeds[each]()
      })
      await scheduler.waitFor(Promise.all(running))
      const log = await store.since(about.incidentId, { ...(await store.top(about.incidentId)), seq: 0 }, 10_000)
      if (log.type !== 'resumed') throw new Error('the log could not be read')
      const holders = referee(log.lines.map(({ seq, told }) => ({ seq, ...told }) as unknown as Entry))
      judge(
        actors.flatMap(({ given }) => given),
        holders,
      )
    }),
    histories(150),
  )
}, 3_600_000)
