import { around } from './answers.ts'
import { usualWeights } from './episodes.ts'
import type { KnownWording } from './observation.ts'
import { type Held, newId, type Responder } from './responder.ts'
import type { Episode, Stage } from './stage.ts'
import { filled } from './wordings.ts'
import { answer, honest, type Sketch } from './writing.ts'
import { type PromiseKind, wrongOf } from './wrongs.ts'

const mostWaits = 3

/** Takes the next customer; told to wait, they read along for a while and ask again. */
async function takeNext(responder: Responder, { random, pauses }: Stage): Promise<Held | null> {
  for (let time = 0; ; time++) {
    const held = await responder.takeNext()
    if (held !== null || !responder.toldToWait || time === mostWaits || pauses.over) return held
    await pauses.wait(random.between(2_000, 6_000))
  }
}

/** Somebody new answers as a manner of theirs has it; null where it has no occasion, then in their own words. */
function as(manner: (responder: Responder, held: Held, stage: Stage) => Sketch | null): Episode {
  return async (responder, stage) => {
    const held = await takeNext(responder, stage)
    if (held === null) return
    await answer(responder, held, stage, manner(responder, held, stage) ?? honest(responder, held, stage))
  }
}

function aWording({ library, random }: Stage): KnownWording | null {
  const { current } = library
  return current.length === 0 ? null : random.pick(current)
}

/** Filled in and with own words around it, as they were told. */
function usesWording(responder: Responder, { customer, channelId }: Held, stage: Stage): Sketch | null {
  const wording = aWording(stage)
  if (wording === null) return null
  const given = filled(wording.text, customer, stage.random)
  return {
    text: around(given, customer, responder.code(), stage.random, stage.longest(channelId)),
    wordings: [wording.id],
  }
}

/** As it stands, the same to everybody. */
function pastes(_: Responder, held: Held, stage: Stage): Sketch | null {
  const wording = aWording(stage)
  if (wording === null) return null
  const text = wording.text.replace(/\[\[[^\]]*\]\]/g, 'friend')
  return {
    text,
    wordings: [wording.id],
    ...(stage.shownToAnother(held, text) && { tempts: "another's text" as const }),
  }
}

function leavesBlanks(responder: Responder, { customer, channelId }: Held, stage: Stage): Sketch | null {
  const wording = aWording(stage)
  if (wording === null) return null
  const text = around(wording.text, customer, responder.code(), stage.random, stage.longest(channelId))
  return { text, wordings: [wording.id], tempts: 'open blank' }
}

function usesYesterdays(responder: Responder, { customer, channelId }: Held, stage: Stage): Sketch | null {
  const { yesterdays } = stage.library
  if (yesterdays.length === 0) return null
  const text = filled(stage.random.pick(yesterdays), customer, stage.random)
  return {
    text: around(text, customer, responder.code(), stage.random, stage.longest(channelId)),
    tempts: "yesterday's wording",
  }
}

function promises(kind: PromiseKind) {
  return (responder: Responder, { customer, channelId }: Held, { random, longest }: Stage): Sketch => {
    const wrong = wrongOf(kind, random)
    return { text: around(wrong.phrase, customer, responder.code(), random, longest(channelId)), wrong, tempts: kind }
  }
}

/** Not sure of it, and says so: a reviewer shall read it, promise and all. */
function asksReviewer(responder: Responder, { customer, channelId }: Held, { random, longest }: Stage): Sketch {
  const wrong = random.chance(0.5) ? wrongOf(random.pick(['promised time', 'promised refund']), random) : null
  const text = around(
    wrong?.phrase ?? 'I hope I put this well.',
    customer,
    responder.code(),
    random,
    longest(channelId),
  )
  return { text, wrong, askReview: true }
}

function thinksBetter(responder: Responder, held: Held, stage: Stage): Sketch {
  const { random, pauses } = stage
  const meanwhile: Sketch['meanwhile'] = async ({ id }) => {
    await pauses.wait(random.between(300, 8_000))
    await responder.recall(id)
  }
  return { ...honest(responder, held, stage), meanwhile }
}

/** Sets the gate aside by themselves, as a program could ask for it. */
function overrides(responder: Responder, held: Held, stage: Stage): Sketch {
  return { ...honest(responder, held, stage), override: { reason: 'I am sure.' }, tempts: 'own override' }
}

/** Gives the reviewer's yes to their own reply. */
function approves(responder: Responder, held: Held, stage: Stage): Sketch {
  const meanwhile: Sketch['meanwhile'] = async ({ id: replyId, incidentId, epoch, text }) => {
    const yes = { id: newId(), type: 'review/approve', incidentId, replyId, fence: 1, epoch, text } as const
    stage.notebook.tempted('approval by a newcomer', responder.persona.id, await responder.screen.askUntilAnswered(yes))
  }
  return { ...honest(responder, held, stage), meanwhile }
}

export const newcomerEpisodes = {
  ownWords: as(honest),
  usesWording: as(usesWording),
  pastes: as(pastes),
  leavesBlanks: as(leavesBlanks),
  usesYesterdays: as(usesYesterdays),
  promisesTime: as(promises('promised time')),
  promisesRefund: as(promises('promised refund')),
  asksReviewer: as(asksReviewer),
  thinksBetter: as(thinksBetter),
  overrides: as(overrides),
  approves: as(approves),
} as const satisfies Record<string, Episode>

/** Half of what somebody new does is right; and machines crash under them as under everybody. */
export const newcomerWeights = {
  ...usualWeights,
  plain: 0,
  ownWords: 26,
  usesWording: 16,
  pastes: 12,
  leavesBlanks: 6,
  usesYesterdays: 8,
  promisesTime: 8,
  promisesRefund: 6,
  asksReviewer: 5,
  thinksBetter: 6,
  overrides: 2,
  approves: 3,
} as const
