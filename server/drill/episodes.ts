import { disguised } from './phrases.ts'
import { type Held, newId, type Responder } from './responder.ts'
import type { Episode, Stage } from './stage.ts'
import { answer, honest, type Sketch, send } from './writing.ts'

async function plain(responder: Responder, stage: Stage): Promise<void> {
  const held = await responder.takeNext()
  if (held !== null) await answer(responder, held, stage)
}

/** The same command twice with one id, and once more with another: one claim comes of it. */
async function doubleClick(responder: Responder, stage: Stage): Promise<void> {
  const target = stage.waiting()
  if (target === null) return
  const id = newId()
  const [held] = (
    await Promise.all([responder.claim(target, id), responder.claim(target, id), responder.claim(target)])
  ).filter(claimed => claimed !== null)
  if (held !== undefined) await answer(responder, held, stage)
}

/** Two people claim one conversation at the same instant. */
async function race(responder: Responder, stage: Stage): Promise<void> {
  const other = stage.another()
  const target = stage.waiting()
  const racers = other === null ? [responder] : [responder, other]
  await Promise.all(
    racers.map(async racer => {
      const held = target === null ? null : await racer.claim(target)
      if (held !== null) await answer(racer, held, stage)
    }),
  )
  if (other !== null) stage.free(other)
}

/** Many press "take next" together; most put it back. */
async function stampede(responder: Responder, stage: Stage): Promise<void> {
  const crowd = [responder]
  while (crowd.length < 20) {
    const other = stage.another()
    if (other === null) break
    crowd.push(other)
  }
  await Promise.all(
    crowd.map(async (one, index) => {
      const held = await one.takeNext()
      if (held !== null) await (index === 0 ? answer(one, held, stage) : one.release(held))
      if (one !== responder) stage.free(one)
    }),
  )
}

/** The machine dies while somebody writes; they come back with their cursor and go on. */
async function crash(responder: Responder, stage: Stage): Promise<void> {
  const held = await responder.takeNext()
  responder.screen.crash()
  await stage.pauses.wait(stage.random.between(200, 3_000))
  await responder.screen.open()
  if (held !== null) await answer(responder, held, stage)
}

/** The machine dies in the moment of sending: nobody knows whether it was, so the same letter is sent again. */
async function crashWhileSending(responder: Responder, stage: Stage): Promise<void> {
  const held = await responder.takeNext()
  if (held === null) return
  const letter = responder.letter(held, honest(responder, held, stage))
  const lost = responder.screen.ask(letter)
  await stage.pauses.wait(stage.random.between(0, 10))
  responder.screen.crash()
  responder.submitted(letter.id, await lost)
  await stage.pauses.wait(stage.random.between(200, 2_000))
  await responder.screen.open()
  const { answer: name } = await responder.submit(letter)
  if (name === 'guidance-changed' || name === 'gate') await send(responder, held, stage)
}

/** The laptop sleeps past the lease and wakes with an old fence. */
async function sleep(responder: Responder, stage: Stage): Promise<void> {
  const held = await responder.takeNext()
  if (held === null) return
  // Often so shortly after the lease that nobody has announced its end yet.
  await stage.pauses.wait(stage.leaseMs + stage.random.pick([50, 200, 500, 2_000]))
  // A drill that ends wakes everybody early: then the lease may well live, and this tempts nobody.
  if (stage.pauses.over) return responder.release(held)
  await sendUnderOldFence(responder, held, stage)
}

async function releaseThenSend(responder: Responder, stage: Stage): Promise<void> {
  const held = await responder.takeNext()
  if (held === null) return
  await stage.pauses.wait(stage.random.between(100, 1_000))
  await responder.release(held)
  await sendUnderOldFence(responder, held, stage)
}

async function sendUnderOldFence(responder: Responder, held: Held, stage: Stage): Promise<void> {
  const { outcome } = await responder.submit(responder.letter(held, honest(responder, held, stage)))
  stage.notebook.tempted('old fence', responder.persona.id, outcome)
}

/** Comes back from a frozen tab with a cursor from long ago. */
async function oldCursor(responder: Responder, stage: Stage): Promise<void> {
  responder.screen.crash()
  responder.screen.place.rewind(1 + stage.random.below(200))
  await responder.screen.open()
  await plain(responder, stage)
}

/** Clicks send twice, and a third time as if it were another reply. */
async function sendTwice(responder: Responder, stage: Stage): Promise<void> {
  const held = await responder.takeNext()
  if (held === null) return
  const letter = responder.letter(held, honest(responder, held, stage))
  const other = responder.letter(held, honest(responder, held, stage))
  const answers = await Promise.all([responder.submit(letter), responder.submit(letter), responder.submit(other)])
  if (answers.every(({ answer: name }) => name !== 'done')) await send(responder, held, stage)
}

async function tempt(kind: 'forbidden words' | 'open blank' | 'old guidance', responder: Responder, stage: Stage) {
  const held = await responder.takeNext()
  if (held === null) return
  const { facts } = responder.screen
  const { random } = stage
  const { text } = honest(responder, held, stage)
  const spoilt: Record<typeof kind, Sketch> = {
    'forbidden words': { text: `${text} By the way: ${disguised(random.pick(facts.mustNotSay), random)}.` },
    'open blank': { text: `${text} We expect it at [[when]].` },
    'old guidance': { text, epoch: facts.epoch - 1 },
  }
  await send(responder, held, stage, { ...spoilt[kind], tempts: kind })
}

export const episodes = {
  plain,
  doubleClick,
  race,
  stampede,
  crash,
  crashWhileSending,
  sleep,
  releaseThenSend,
  oldCursor,
  sendTwice,
  forbiddenWords: (responder, stage) => tempt('forbidden words', responder, stage),
  openBlank: (responder, stage) => tempt('open blank', responder, stage),
  oldGuidance: (responder, stage) => tempt('old guidance', responder, stage),
} as const satisfies Record<string, Episode>

export type EpisodeName = keyof typeof episodes

/** How often each is played. Most people simply answer. */
export const usualWeights: Readonly<Record<EpisodeName, number>> = {
  plain: 40,
  doubleClick: 7,
  race: 9,
  stampede: 3,
  crash: 6,
  crashWhileSending: 6,
  sleep: 6,
  releaseThenSend: 4,
  oldCursor: 5,
  sendTwice: 6,
  forbiddenWords: 4,
  openBlank: 3,
  oldGuidance: 3,
}
