import { Usage } from '@muster/server/domain/usage.ts'
import type { IncidentCommand } from '@muster/shared/command.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { WordingUsage } from '@muster/shared/figures.ts'
import type { Facts } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { defaultTraining } from '@muster/shared/training-rules.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ada,
  arrivalOf,
  arriving,
  bert,
  conversationIn,
  cora,
  declaring,
  lena,
  muster,
  nextId,
} from '../support/builders.ts'
import { histories } from '../support/histories.ts'
import { Records } from '../support/records.ts'
import { refusedWith } from '../support/setback.ts'

const start = Date.UTC(2026, 10, 23, 9)
const wordingIds = ['sorry', 'when', 'refund']

const which = fc.nat(3)
const of = <Kind extends string, More extends object>(kind: Kind, more: { [K in keyof More]: fc.Arbitrary<More[K]> }) =>
  fc.record({ do: fc.constant(kind), which, ...more }) as fc.Arbitrary<{ do: Kind; which: number } & More>

/** One step in the life of one customer's answer, or of the guidance. */
const move = fc.oneof(
  { weight: 5, arbitrary: of('write', {}) },
  { weight: 6, arbitrary: of('reply', { by: fc.constantFrom(ada, bert), wordings: fc.subarray(wordingIds) }) },
  { weight: 6, arbitrary: of('approve', { edited: fc.boolean() }) },
  { weight: 2, arbitrary: of('return', {}) },
  { weight: 1, arbitrary: of('recall', {}) },
  { weight: 6, arbitrary: of('deliver', { how: fc.constantFrom('sent', 'sent', 'failed', 'uncertain', 'again') }) },
  { weight: 2, arbitrary: of('settle', { arrived: fc.boolean() }) },
  { weight: 1, arbitrary: of('judge', { good: fc.boolean() }) },
  { weight: 1, arbitrary: of('publish', {}) },
  { weight: 1, arbitrary: of('level', { level: fc.constantFrom('gated', 'spot-checked', 'trusted') }) },
)
type Move = typeof move extends fc.Arbitrary<infer M> ? M : never

function story() {
  const room = new Records()
  room.surroundings.chance = 0
  const training = { ...defaultTraining, undoMs: 0 }
  const declare = declaring({ training, policy: { leaseMs: 36_000_000, claimsPerPerson: 9 } })
  const give = (command: object, who = muster) =>
    room.give({ id: nextId(), incidentId: declare.id, ...command } as IncidentCommand, who, start)
  room.give(declare, cora, start)
  for (const who of [ada, bert, lena]) give({ type: 'incident/join' }, who)
  give({ type: 'responder/level', personId: ada.id, level: 'gated' }, cora)
  const epoch = () => room.get<Facts>('facts')?.epoch

  function act(step: Move): void {
    if (step.do === 'write') {
      room.give(arriving(arrivalOf({ from: { address: `${step.which}@example.com`, name: '' } })), muster, start)
    } else if (step.do === 'publish') {
      give({ type: 'facts/publish', epoch: epoch(), know: '', maySay: '', mustNotSay: [], nextUpdateAt: null }, cora)
    } else if (step.do === 'level') {
      give({ type: 'responder/level', personId: bert.id, level: step.level }, cora)
    } else if (step.do === 'judge') {
      const replyId = room.list('samples')[0]?.slice('reply/'.length)
      give({ type: 'sample/judge', replyId, good: step.good, note: '' }, cora)
    } else {
      const id = room.list('conversations')[step.which]?.slice('conversation/'.length)
      if (id !== undefined) answer(step, id)
    }
  }

  function answer(step: Exclude<Move, { do: 'write' | 'publish' | 'level' | 'judge' }>, id: string): void {
    if (step.do === 'reply') submit(step, id)
    const reply = room.get<Reply>(`reply/${conversationIn(room, id).claim?.replyId}`)
    if (reply === null) return
    const about = { replyId: reply.id }
    if (step.do === 'recall') give({ ...about, type: 'reply/recall' }, cora)
    if (step.do === 'settle') give({ ...about, type: 'reply/settle', arrived: step.arrived }, cora)
    if (step.do === 'deliver') deliver(step.how, about)
    if (step.do === 'approve' || step.do === 'return') review(step, reply)
  }

  function deliver(how: string, about: { replyId: string }): void {
    give({ ...about, type: 'delivery/take', worker: 'w', leaseMs: 1_000 })
    const said = { externalId: 'x', setback: refusedWith('x'), afterMs: 0, mayHaveArrived: false }
    give({ ...about, type: `delivery/${how}`, worker: 'w', ...said })
  }

  function review(step: Extract<Move, { do: 'approve' | 'return' }>, { id, reviewFence, text }: Reply): void {
    give({ type: 'review/claim', replyIds: [id] }, cora)
    const under = { replyId: id, fence: reviewFence + 1 }
    if (step.do === 'return') give({ ...under, type: 'review/return', note: 'No.', comments: [] }, cora)
    else give({ ...under, type: 'review/approve', epoch: epoch(), text: step.edited ? `${text} Sorry.` : text }, cora)
  }

  function submit({ by, wordings }: Extract<Move, { do: 'reply' }>, id: string): void {
    give({ type: 'conversation/claim', conversationId: id }, by)
    const { fence, messages } = conversationIn(room, id)
    const written = { fence: Math.max(1, fence), epoch: epoch(), text: 'We are on it.', through: messages, wordings }
    give({ type: 'reply/submit', conversationId: id, ...written }, by)
  }

  return { room, act }
}

type Replying = Extract<Told, { reply: object }>

/** The same, counted anew for every wording from the whole log, as plainly as it can be said. */
function recount(log: readonly Told[]): Record<string, WordingUsage> {
  const lines = log.map((told, index) => ({ told, index }))
  const withWording = (id: string) =>
    lines.filter((line): line is { told: Replying; index: number } => {
      return 'reply' in line.told && line.told.reply.wordings.includes(id)
    })
  const countOf = (id: string): WordingUsage => {
    const about = withWording(id)
    const ofType = (type: Told['type']) => about.filter(({ told }) => told.type === type)
    const sent = about.filter(({ told }) => isSent(told))
    return {
      used: new Set([...ofType('reply/submitted'), ...ofType('reply/queued')].map(({ told }) => told.reply.id)).size,
      held: ofType('reply/held').length,
      returned: ofType('review/returned').length,
      edited: ofType('review/approved').filter(({ told }) => told.reply.edited).length,
      cameBack: sent.filter(({ told, index }) => {
        const next = log.slice(index + 1).find(later => speaksAgain(later, told.conversation.id))
        return next?.type === 'message/arrived'
      }).length,
    }
  }
  const counted = wordingIds.map(id => [id, countOf(id)] as const)
  return Object.fromEntries(counted.filter(([id]) => withWording(id).length > 0))
}

function isSent(told: Told): boolean {
  return ['reply/sent', 'reply/settled'].includes(told.type) && 'reply' in told && told.reply.state === 'sent'
}

/** The next thing either of the two says. */
function speaksAgain(told: Told, conversationId: string): boolean {
  if (!('conversation' in told) || told.conversation.id !== conversationId) return false
  return told.type === 'message/arrived' || isSent(told)
}

test('[GV12] what became of the replies of each wording equals a recount from the whole log, fed entry by entry', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.array(move, { minLength: 30, maxLength: 160, size: 'max' }), moves => {
      const { room, act } = story()
      const usage = new Usage()
      let fed = 0
      for (const step of moves) {
        act(step)
        while (fed < room.told.length) usage.add(room.told[fed++] as Told)
      }
      for (const { type } of room.told) seen.add(type)
      expect(usage.wordings).toEqual(recount(room.told))
    }),
    histories(200),
  )
  const needed = ['reply/held', 'reply/judged', 'review/approved', 'review/returned', 'reply/recalled', 'reply/settled']
  expect(needed.filter(type => !seen.has(type))).toEqual([])
})

test('[GV12] a customer who writes again comes back once, and to what answered them last', () => {
  const { room, act } = story()
  const answer = (wordings: string[]) => {
    act({ do: 'reply', which: 0, by: bert, wordings })
    act({ do: 'deliver', which: 0, how: 'sent' })
  }
  act({ do: 'write', which: 0 })
  answer(['sorry'])
  act({ do: 'write', which: 0 })
  act({ do: 'write', which: 0 })
  answer([])
  act({ do: 'write', which: 0 })
  const usage = new Usage()
  for (const told of room.told) usage.add(told)
  expect(usage.wordings).toEqual({ sorry: { used: 1, held: 0, returned: 0, edited: 0, cameBack: 1 } })
})
