import type { InReview, Reviewer } from './reviewer.ts'
import type { Stage } from './stage.ts'
import { type Bench, decide, decideSeveral, tempted } from './verdicts.ts'
import { honest, send } from './writing.ts'

export type Reviewing = Bench & {
  reviewLeaseMs: number
  /** Ids of replies that wait for a reviewer, as a screen shows them. */
  pending: () => string[]
  /** Where whoever reviews answers a customer. */
  stage: Stage
}

const readingMs = [3_000, 8_000] as const
const mostAtOnce = 3

/** Reviews until the pauses are over: what waits longest, one after another, and what happens in between. */
export async function reviews(reviewer: Reviewer, reviewing: Reviewing): Promise<void> {
  const { random, pauses, pending, notebook } = reviewing
  while (!pauses.over) {
    const name = pending().length > 0 && reviewer.screen.live ? random.weighted(usualWays) : null
    const began = name !== null && (await ways[name](reviewer, reviewing))
    if (began) notebook.episode(`review: ${name}`)
    else await pauses.wait(random.between(200, 600))
  }
}

/** Answers false where there was nothing to begin with. */
type Way = (reviewer: Reviewer, reviewing: Reviewing) => Promise<boolean>

/** One way to review what is taken next. */
function one(read: (reply: InReview, reviewer: Reviewer, reviewing: Reviewing) => Promise<unknown>): Way {
  return async (reviewer, reviewing) => {
    const [reply] = await reviewer.takeNext()
    if (reply !== undefined) await read(reply, reviewer, reviewing)
    return reply !== undefined
  }
}

async function reading({ random, pauses }: Reviewing): Promise<void> {
  await pauses.wait(random.between(...readingMs))
}

const ways = {
  plain: one(async (reply, reviewer, reviewing) => {
    await reading(reviewing)
    await decide(reply, reviewer, reviewing)
  }),

  several: async (reviewer, reviewing) => {
    const replies = await reviewer.claim(reviewing.pending().slice(0, mostAtOnce))
    if (replies.length === 0) return false
    await reading(reviewing)
    await decideSeveral(replies, reviewer, reviewing)
    return true
  },

  putsBack: one(async (reply, reviewer, { random, pauses }) => {
    await pauses.wait(random.between(500, 2_000))
    await reviewer.release(reply)
  }),

  crash: one(async (reply, reviewer, reviewing) => {
    const { random, pauses } = reviewing
    await pauses.wait(random.between(500, 3_000))
    reviewer.screen.crash()
    await pauses.wait(random.between(200, 3_000))
    await reviewer.screen.open()
    await decide(reply, reviewer, reviewing)
  }),

  /** Called away until it is somebody else's to read; the yes comes too late. */
  lapse: one(async (reply, reviewer, reviewing) => {
    const { pauses, random, reviewLeaseMs } = reviewing
    await pauses.wait(reviewLeaseMs + random.pick([50, 300, 1_500]))
    // A drill that ends wakes everybody early: then the lease may well live, and this tempts nobody.
    if (pauses.over) return reviewer.release(reply)
    tempted('approval under an old fence', reviewer, reviewing, await reviewer.approve(reply, reply.text))
  }),

  /** The same yes once more, as another command. */
  again: one(async (reply, reviewer, reviewing) => {
    await reading(reviewing)
    if (!(await decide(reply, reviewer, reviewing))) return
    tempted('approval again', reviewer, reviewing, await reviewer.approve(reply, reply.text))
  }),

  oldEpoch: one(async (reply, reviewer, reviewing) => {
    await reading(reviewing)
    const yes = await reviewer.approve(reply, reply.text, reviewer.screen.facts.epoch - 1)
    tempted('approval under old guidance', reviewer, reviewing, yes)
    await decide(reply, reviewer, reviewing)
  }),

  /** Answers a customer, asks for a review, and tries to give it; then takes the reply back and sends another. */
  own: async (reviewer, reviewing) => {
    const { answering } = reviewer
    const { stage } = reviewing
    const held = stage.pauses.over ? null : await answering.takeNext()
    if (held === null) return false
    const meanwhile = async ({ id, text }: { id: string; text: string }) => {
      tempted('own approval', reviewer, reviewing, await reviewer.askFor([id]))
      tempted('own approval', reviewer, reviewing, await reviewer.approve({ id, reviewFence: 1 }, text))
      await answering.recall(id)
    }
    await send(answering, held, stage, { ...honest(answering, held, stage), askReview: true, meanwhile })
    return true
  },
} as const satisfies Record<string, Way>

const usualWays: Readonly<Record<keyof typeof ways, number>> = {
  plain: 76,
  several: 8,
  putsBack: 2,
  crash: 3,
  lapse: 2,
  again: 4,
  oldEpoch: 3,
  own: 2,
}
