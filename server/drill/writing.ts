import type { Command } from '@muster/shared/command.ts'
import { overridable } from '@muster/shared/overridable.ts'
import type { GateReason } from '@muster/shared/refusal.ts'
import { answerFor } from './answers.ts'
import type { TemptationKind } from './observation.ts'
import type { Held, Letter, Responder } from './responder.ts'
import type { Stage } from './stage.ts'
import { filled } from './wordings.ts'
import { without } from './wrongs.ts'

/** What somebody means to send. */
export type Sketch = Letter & {
  /** It must be refused as it stands. */
  tempts?: TemptationKind
  /** What they do once it was taken, while it has not left. */
  meanwhile?: (letter: Extract<Command, { type: 'reply/submit' }>) => Promise<void>
}

const outcomeLimitMs = 120_000
const mostTries = 6
const readsChangeMs = [300, 1_500] as const

/** As somebody writes who knows what may be said. */
export function honest(responder: Responder, { customer, channelId }: Held, { random, longest }: Stage): Sketch {
  return { text: answerFor(customer, responder.code(), random, longest(channelId)) }
}

/** Think, save drafts, send, and mend what is refused until it is on its way or no longer theirs to send. */
export async function answer(
  responder: Responder,
  held: Held,
  stage: Stage,
  sketch = honest(responder, held, stage),
): Promise<void> {
  const { random, pauses, notebook } = stage
  const begunUnder = responder.screen.facts.epoch
  const saves = 1 + random.below(3)
  for (let save = 1; save <= saves; save++) {
    await pauses.wait(random.between(300, 1_500))
    await responder.save(held, sketch.text.slice(0, (sketch.text.length * save) / saves))
  }
  if (responder.screen.facts.epoch !== begunUnder) {
    notebook.stopped.drafts++
    await pauses.wait(random.between(...readsChangeMs))
  }
  await send(responder, held, stage, sketch)
}

/** Sends, and mends what comes back. */
export async function send(
  responder: Responder,
  held: Held,
  stage: Stage,
  first = honest(responder, held, stage),
): Promise<void> {
  let sketch = first
  for (let attempt = 0; attempt < mostTries; attempt++) {
    const next = await sendOnce(responder, held, stage, sketch)
    if (next === null) return
    sketch = next
    await stage.pauses.wait(stage.random.between(...readsChangeMs))
  }
  await responder.release(held)
}

/** What to send next; null where it is on its way, or nothing more can be done. */
async function sendOnce(responder: Responder, held: Held, stage: Stage, sketch: Sketch): Promise<Sketch | null> {
  const { tempts, meanwhile, ...letterOf } = sketch
  const letter = responder.letter(held, letterOf)
  const fate = responder.screen.fateOf(letter.id, outcomeLimitMs)
  const { outcome, answer: name } = await responder.submit(letter)
  if (tempts !== undefined) stage.notebook.tempted(tempts, responder.persona.id, outcome)
  if (name === 'done') {
    await meanwhile?.(letter)
    const became = await fate
    return became === null || became === 'sent' || became === 'uncertain' ? null : honest(responder, held, stage)
  }
  if (name === 'guidance-changed') return readAgain(responder, held, stage, sketch)
  if (outcome?.type === 'refused' && outcome.refusal.code === 'gate') {
    return mended(sketch, outcome.refusal.reasons, responder, held, stage)
  }
  if (name === 'nothing-to-answer') await responder.release(held)
  return null
}

/** They read what changed, and find that their words are still right; who meant an old epoch writes anew. */
function readAgain(responder: Responder, held: Held, stage: Stage, { epoch, ...sketch }: Sketch): Sketch {
  if (epoch !== undefined) return honest(responder, held, stage)
  stage.notebook.stopped.submits++
  return sketch.tempts === undefined ? sketch : honest(responder, held, stage)
}

/** Now and then a reviewer is asked; else they fill in, take out, or say it in their own words. */
function mended(
  { tempts: _, override: __, ...sketch }: Sketch,
  reasons: readonly GateReason[],
  responder: Responder,
  held: Held,
  stage: Stage,
): Sketch {
  const stopping = reasons.filter(({ weight }) => weight === 'stop').map(({ rule }) => rule)
  const arguable = stopping.every(rule => overridable.includes(rule))
  if (arguable && !sketch.askReview && stage.random.chance(0.25)) return { ...sketch, askReview: true }
  if (stopping.includes('alike') || stopping.includes('wording')) return honest(responder, held, stage)
  if (stopping.includes('blank')) return { ...sketch, text: filled(sketch.text, held.customer, stage.random) }
  const { wrong } = sketch
  if (wrong) return { ...sketch, wrong: null, text: without(sketch.text, wrong.phrase) }
  return honest(responder, held, stage)
}
