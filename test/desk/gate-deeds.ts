import type { Actor } from '@muster/server/domain/decision.ts'
import type { Claim, Conversation } from '@muster/shared/conversation.ts'
import type { Facts, Wording } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { actor, cora, lena, muster } from '../support/builders.ts'
import { refusedWith } from '../support/setback.ts'
import type { Table } from './gate-ledger.ts'
import { mostTexts, pattern, textAt, unwanted, unwantedToo, wordings } from './gate-texts.ts'

export const [ada, bert, dan, rita, ruth] = [
  actor('Ada'),
  actor('Bert'),
  actor('Dan'),
  actor('Rita', 'reviewer'),
  actor('Ruth', 'reviewer'),
]
export const everybody: readonly Actor[] = [ada, bert, dan, rita, ruth, lena, cora]
const levels = ['observer', 'gated', 'spot-checked', 'trusted', 'gated', 'spot-checked'] as const

/** One thing somebody does: to whom `pick` points, with the text of this number, rightly or with one slip. */
export type Step = {
  do: keyof typeof deeds | 'again' | 'crash' | 'clock'
  who: number
  pick: number
  text: number
  /** From 0: none, an old fence, an old epoch, somebody else, another text. */
  slip: number
  node: 0 | 1
  /** Together with the next: in one batch, or at once on two nodes. */
  along: boolean
}

export type Asked = { command: { type: string } & Record<string, unknown>; by: Actor }

type Scene = Step & { known: Table; count: number; now: number }

const at = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)]

function anybody({ who }: Scene): Actor {
  return at(everybody, who) ?? ada
}

function personOf(id: string | undefined): Actor {
  return everybody.find(one => one.id === id) ?? ada
}

/** By preference one of whom this holds, so that most of what is done makes sense. */
function conversation(scene: Scene, fits: (claim: Claim | null) => boolean): Conversation {
  const all = scene.known.all<Conversation>('conversation/')
  const fitting = all.filter(({ claim }) => fits(claim))
  return (at(fitting, scene.pick) ?? at(all, scene.pick)) as Conversation
}

function reply(scene: Scene, ...states: Reply['state'][]): Reply | undefined {
  const all = scene.known.all<Reply>('reply/')
  return at(
    all.filter(({ state }) => states.includes(state)),
    scene.pick,
  )
}

const writing = (claim: Claim | null) => claim !== null && claim.replyId === null

/** Whoever may do it under this claim, and what they do it with. */
function underClaim(
  scene: Scene,
  fits = writing,
): { about: { conversationId: string; fence: number; epoch: number }; by: Actor; text: string; through: number } {
  const { id, claim, fence, messages } = conversation(scene, fits)
  const partner = claim?.pair?.partner?.id
  const holder = personOf(partner !== undefined && scene.who % 2 === 1 ? partner : claim?.holder.id)
  const draft = scene.known.get<{ text: string }>(`draft/${id}`)
  const text = scene.slip % 2 === 1 && draft !== null ? draft.text : textAt(scene.text, scene.count)
  return {
    about: { conversationId: id, fence: Math.max(1, fence - (scene.slip === 2 ? 1 : 0)), epoch: epochOf(scene) },
    by: scene.slip === 6 ? anybody(scene) : holder,
    text,
    through: messages,
  }
}

function epochOf({ known, slip }: Scene): number {
  return Math.max(0, (known.get<Facts>('facts')?.epoch ?? 1) - (slip === 4 ? 1 : 0))
}

/** Whoever has the review, and what they decide it with. */
function underReview(scene: Scene): { about: { replyId: string; fence: number }; by: Actor; text: string } | null {
  const found = reply(scene, 'in-review', ...(scene.slip === 8 ? (['submitted', 'queued', 'returned'] as const) : []))
  if (found === undefined) return null
  const reading = found.state === 'in-review' ? personOf(found.reviewing.by.id) : anybody(scene)
  return {
    about: { replyId: found.id, fence: Math.max(1, found.reviewFence - (scene.slip === 2 ? 1 : 0)) },
    by: scene.slip === 6 ? anybody(scene) : reading,
    text: scene.slip % 3 === 1 ? textAt(scene.text, scene.count) : found.text,
  }
}

const isLenas = (claim: Claim | null) => writing(claim) && claim?.holder.id === lena.id

function submitted(scene: Scene, more: object = {}, fits = writing): Asked {
  const { about, by, text, through } = underClaim(scene, fits)
  return { by, command: { type: 'reply/submit', ...about, text, through, ...more } }
}

function ofReply(type: string, by: Actor, found: Reply | undefined, more: object = {}): Asked | null {
  return found === undefined ? null : { by, command: { type, replyId: found.id, ...more } }
}

const reason = { override: { reason: 'Argued about.' } }

/** What each deed asks, as its doer sees the room; null where there is nothing to do it to. */
export const deeds = {
  claim: (scene: Scene) => ({
    by: anybody(scene),
    command: { type: 'conversation/claim', conversationId: conversation(scene, claim => claim === null).id },
  }),
  next: (scene: Scene) => ({ by: anybody(scene), command: { type: 'conversation/take-next', topics: [] } }),
  save: (scene: Scene) => {
    const { about, by, text } = underClaim(scene)
    return { by, command: { type: 'draft/save', ...about, text } }
  },
  release: (scene: Scene) => {
    const { about, by } = underClaim(scene)
    return { by, command: { type: 'conversation/release', ...about } }
  },
  hand: (scene: Scene) => {
    const { about, by } = underClaim(scene)
    return { by, command: { type: 'conversation/hand-over', ...about, personId: anybody(scene).id } }
  },
  submit: (scene: Scene) => submitted(scene),
  askReview: (scene: Scene) => submitted({ ...scene, text: scene.text % (mostTexts / 2) }, { askReview: true }),
  override: (scene: Scene) =>
    submitted(
      { ...scene, text: scene.text % (mostTexts / 2) },
      { ...reason, askReview: scene.pick % 2 === 1 },
      isLenas,
    ),
  recall: (scene: Scene) => {
    const found = reply(scene, 'submitted', 'in-review', 'queued')
    return ofReply('reply/recall', scene.slip < 7 ? personOf(found?.writer.id) : anybody(scene), found)
  },
  settle: (scene: Scene) =>
    ofReply('reply/settle', scene.slip < 7 ? lena : anybody(scene), reply(scene, 'uncertain'), {
      arrived: scene.text % 2 === 1,
    }),
  read: (scene: Scene) => ({
    by: at([rita, ruth, lena, anybody(scene)], scene.who) ?? rita,
    command: { type: 'review/claim', replyIds: idsOf(scene, 'submitted') },
  }),
  readNext: (scene: Scene) => ({
    by: at([rita, ruth, cora, anybody(scene)], scene.who) ?? rita,
    command: { type: 'review/take-next' },
  }),
  putDown: (scene: Scene) => {
    const under = underReview(scene)
    return (
      under && { by: under.by, command: { type: scene.pick % 2 ? 'review/release' : 'review/renew', ...under.about } }
    )
  },
  approve: (scene: Scene) => approved(scene),
  approveAll: (scene: Scene) => {
    const under = underReview(scene)
    if (under === null) return null
    const replies = scene.known
      .all<Reply>('reply/')
      .filter(({ state }) => state === 'in-review')
      .slice(0, 20)
    const each = replies.map(({ id, reviewFence }) => ({ replyId: id, fence: Math.max(1, reviewFence) }))
    return each.length === 0
      ? null
      : { by: under.by, command: { type: 'review/approve-several', epoch: epochOf(scene), replies: each } }
  },
  overrule: (scene: Scene) => approved(scene, reason),
  giveBack: (scene: Scene) => {
    const under = underReview(scene)
    return under && { by: under.by, command: { type: 'review/return', ...under.about, note: 'Again.', comments: [] } }
  },
  level: (scene: Scene) => ({
    by: scene.slip === 6 ? anybody(scene) : lena,
    command: { type: 'responder/level', personId: anybody(scene).id, level: at(levels, scene.pick), reason: null },
  }),
  pairUp: (scene: Scene) => {
    const { about, by } = underClaim(scene)
    return { by, command: { type: 'pair/ask', ...about } }
  },
  sitDown: (scene: Scene) => {
    const { id, claim, fence } = conversation(scene, each => each?.pair != null)
    const partner = claim?.pair?.partner
    const by = partner && scene.slip % 2 === 1 ? personOf(partner.id) : anybody(scene)
    return {
      by,
      command: {
        type: by.id === partner?.id ? 'pair/leave' : 'pair/join',
        conversationId: id,
        fence: Math.max(1, fence),
      },
    }
  },
  publish: (scene: Scene) => ({
    by: scene.slip === 6 ? anybody(scene) : lena,
    command: {
      type: 'facts/publish',
      epoch: epochOf(scene),
      know: '',
      maySay: '',
      mustNotSay: [...(scene.text % 3 === 0 ? [] : [unwanted]), ...(scene.text % 5 === 1 ? [unwantedToo] : [])],
      mustNotMatch: scene.pick % 3 === 0 ? [] : [pattern],
      example: '',
      nextUpdateAt: null,
    },
  }),
  word: (scene: Scene) => ({
    by: lena,
    command: {
      type: 'wording/publish',
      epoch: epochOf(scene),
      wording: { ...at(wordings, scene.text), expiresAt: scene.pick % 2 === 1 ? scene.now + 5_000 : null },
    },
  }),
  retract: (scene: Scene) => {
    const wordingId = at(scene.known.all<Wording>('wording/'), scene.pick)?.id
    return wordingId === undefined
      ? null
      : { by: lena, command: { type: 'wording/retract', epoch: epochOf(scene), wordingId } }
  },
  take: (scene: Scene) =>
    ofReply('delivery/take', muster, reply(scene, 'queued'), { worker: `w${scene.node}`, leaseMs: 10_000 }),
  sent: (scene: Scene) => reported(scene, 'sent', { externalId: 'x' }),
  failed: (scene: Scene) => reported(scene, 'failed', { setback: refusedWith('No.') }),
  doubt: (scene: Scene) => reported(scene, 'uncertain', { setback: refusedWith('Who knows.') }),
  later: (scene: Scene) =>
    reported(scene, 'again', { setback: refusedWith('Busy.'), afterMs: 1_000, mayHaveArrived: scene.text % 4 === 0 }),
  takeOver: (scene: Scene) =>
    ofReply('delivery/take-over', muster, reply(scene, 'sending'), { worker: 'w2', leaseMs: 10_000 }),
  hold: (scene: Scene) => ofReply('delivery/hold', muster, reply(scene, 'queued')),
  lapse: (scene: Scene) => {
    const { id, fence } = conversation(scene, writing)
    return { by: muster, command: { type: 'claim/lapse', conversationId: id, fence } }
  },
  lapseReview: (scene: Scene) => {
    const found = reply(scene, 'in-review')
    return ofReply('review/lapse', muster, found, { fence: found?.reviewFence })
  },
} satisfies Record<string, (scene: Scene) => Asked | null>

function approved(scene: Scene, more: object = {}): Asked | null {
  const under = underReview(scene)
  if (under === null) return null
  const { about, by, text } = under
  return { by, command: { type: 'review/approve', ...about, epoch: epochOf(scene), text, ...more } }
}

function reported(scene: Scene, how: string, more: object): Asked | null {
  const found = reply(scene, 'sending')
  const worker = found?.state === 'sending' && scene.slip < 8 ? found.worker : 'nobody'
  return ofReply(`delivery/${how}`, muster, found, { worker, ...more })
}

function idsOf(scene: Scene, ...states: Reply['state'][]): string[] {
  const first = reply(scene, ...states)
  const all = scene.known.all<Reply>('reply/').filter(({ state }) => states.includes(state))
  const ids = scene.slip % 2 === 1 ? all.slice(0, 20).map(({ id }) => id) : first === undefined ? [] : [first.id]
  return ids.length === 0 ? ['none'] : ids
}
