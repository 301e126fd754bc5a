import type { Outcome } from '@muster/shared/refusal.ts'
import { comfortIn } from './answers.ts'
import type { Notebook } from './notebook.ts'
import type { TemptationKind } from './observation.ts'
import type { Pauses } from './pauses.ts'
import type { Random } from './random.ts'
import type { InReview, Reviewer } from './reviewer.ts'
import { says, type Wrong, without } from './wrongs.ts'

/** What whoever reviews can reach besides themselves. */
export type Bench = { random: Random; pauses: Pauses; notebook: Notebook }

const mostYeses = 3

/** What somebody makes of a reply once they have read it; true where it may leave now. */
export async function decide(reply: InReview, reviewer: Reviewer, bench: Bench): Promise<boolean> {
  const { random } = bench
  const wrong = wrongIn(reply, bench)
  if (wrong === null) return judgeSound(reply, reviewer, bench)
  if (random.chance(0.15)) {
    // Overlooked, as it happens; the gate is there for that.
    tempted('approval of a promise', reviewer, bench, await reviewer.approve(reply, reply.text))
  }
  if (random.chance(0.5)) return approve(reply, without(reply.text, wrong.phrase), reviewer, bench)
  await giveBack(reply, wrong, reviewer)
  return false
}

async function judgeSound(reply: InReview, reviewer: Reviewer, bench: Bench): Promise<boolean> {
  const { random } = bench
  switch (random.weighted({ fine: 87, better: 8, poor: 5 })) {
    case 'fine':
      return approve(reply, reply.text, reviewer, bench)
    case 'better':
      return approve(reply, comfortIn(reply.text, random), reviewer, bench)
    case 'poor':
      await reviewer.giveBack(reply, 'Please begin with what they can do now.', [])
      return false
  }
}

/** A yes, again once they have read what changed meanwhile; what the gate stops goes back to its writer. */
async function approve(reply: InReview, text: string, reviewer: Reviewer, bench: Bench): Promise<boolean> {
  const { random, pauses, notebook } = bench
  for (let time = 0; time < mostYeses; time++) {
    const outcome = await reviewer.approve(reply, text)
    if (outcome?.type !== 'refused') return outcome?.type === 'done'
    if (outcome.refusal.code === 'gate') await reviewer.giveBack(reply, outcome.refusal.sentence.slice(0, 500), [])
    if (outcome.refusal.code !== 'guidance-changed') return false
    notebook.stopped.approvals++
    await pauses.wait(random.between(500, 1_500))
  }
  await reviewer.release(reply)
  return false
}

/** Those that are fine together, the others each by itself. */
export async function decideSeveral(replies: readonly InReview[], reviewer: Reviewer, bench: Bench): Promise<void> {
  const sound = replies.filter(reply => wrongIn(reply, bench) === null)
  const left = sound.length > 0 ? await reviewer.approveSeveral(sound) : []
  for (const reply of [...left, ...replies.filter(each => !sound.includes(each))]) await decide(reply, reviewer, bench)
}

async function giveBack(reply: InReview, { phrase }: Wrong, reviewer: Reviewer): Promise<void> {
  const from = reply.text.indexOf(phrase)
  const comments = from < 0 ? [] : [{ from, to: from + phrase.length, text: 'Nobody can promise this yet.' }]
  await reviewer.giveBack(reply, 'Please take the promise out.', comments)
}

/** The promise that its writer put in, if the text still makes it: somebody who knows the facts sees it at once. */
function wrongIn({ id, text }: InReview, { notebook }: Bench): Wrong | null {
  const wrong = notebook.submissions.find(({ replyId }) => replyId === id)?.wrong ?? null
  return wrong !== null && says(text, wrong.phrase) ? wrong : null
}

export function tempted(kind: TemptationKind, { persona }: Reviewer, { notebook }: Bench, outcome: Outcome | null) {
  notebook.tempted(kind, persona.id, outcome)
}
