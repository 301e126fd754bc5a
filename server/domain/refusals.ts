import { type Closed, closedFor, wordsOfClosed } from '@muster/shared/closed.ts'
import type { Defect } from '@muster/shared/defect.ts'
import type { Person } from '@muster/shared/identifier.ts'
import type { Facts } from '@muster/shared/incident.ts'
import type { GateReason, Refusal } from '@muster/shared/refusal.ts'
import type { Jam, JamReason } from '@muster/shared/weather.ts'

export function notAllowed(role: string, what: string): Refusal {
  return { code: 'not-allowed', sentence: `Your role (${role}) does not include "${what}". Ask a commander.` }
}

export function alreadyClaimed(holder: Person): Refusal {
  return {
    code: 'already-claimed',
    sentence: `${holder.name} is answering this customer already. Take the next one instead.`,
    holder,
  }
}

export function claimLost(holder: Person | null): Refusal {
  const now = holder === null ? 'It is back in the queue' : `${holder.name} holds it now`
  return {
    code: 'claim-lost',
    sentence: `Your claim on this conversation has ended. ${now}; nothing was sent, and your text is still in your editor.`,
    holder,
  }
}

export function tooManyClaims(limit: number): Refusal {
  return {
    code: 'too-many-claims',
    sentence: `You hold ${limit} conversations already, as many as this incident allows. Answer or release one first.`,
  }
}

export const nothingWaiting: Refusal = {
  code: 'nothing-waiting',
  sentence: 'Nobody is waiting just now. New messages appear here by themselves.',
}

export function oldestFirst(waitingSince: number, now: number): Refusal {
  const minutes = Math.max(1, Math.floor((now - waitingSince) / 60_000))
  return {
    code: 'oldest-first',
    sentence: `Somebody has waited for ${minutes} minutes. Take the next one first; after that you choose again.`,
    waitingSince,
  }
}

const slowedBy: Record<JamReason, (when: string) => string> = {
  full: when => `More replies wait to leave by this channel than its network takes: one begun now would leave ${when}.`,
  cost: () =>
    'This channel has cost this month what it may: nothing leaves by it until the month is over or a commander allows more.',
  failing: () =>
    'Nothing leaves by this channel now, and nobody can tell for how long. What was handed in is safe, and leaves once it works again.',
}

export function pipeSlowed({ why, leavesAt }: Pick<Jam, 'why' | 'leavesAt'>, now: number): Refusal {
  const minutes = leavesAt === null ? null : Math.max(1, Math.round((leavesAt - now) / 60_000))
  const when = minutes === null ? 'at a time that nobody can tell' : `in about ${minutes} minutes`
  const sentence = `${slowedBy[why](when)} Take the next one; it comes by another way where somebody waits there.`
  return { code: 'pipe-slowed', sentence, why, leavesAt }
}

export const paused: Refusal = {
  code: 'paused',
  sentence:
    'You are on a pause, so nothing new comes to you. What you hold stays yours. End the pause to take the next one.',
}

export const observing: Refusal = {
  code: 'observing',
  sentence:
    'A lead has set you to watch for now, so nothing new comes to you. What a reviewer returned is still yours to correct.',
}

export function reviewersBusy(waitMs: number, reviewers: number): Refusal {
  const seconds = Math.max(5, Math.round(waitMs / 5_000) * 5)
  const who = reviewers === 0 ? 'Nobody reviews just now' : 'The reviewers have their hands full'
  return {
    code: 'reviewers-busy',
    sentence: `${who}: a reply of yours would wait ${seconds} seconds for one. Read along meanwhile, and take the next one in a moment.`,
    waitMs: Math.round(waitMs),
  }
}

export function reviewLost(holder: Person | null): Refusal {
  const now = holder === null ? 'It was decided, taken back or left too long' : `${holder.name} reads it now`
  return { code: 'review-lost', sentence: `This review is not yours any more. ${now}; nothing was changed.`, holder }
}

export const ownReply: Refusal = {
  code: 'own-reply',
  sentence: 'You wrote this, so somebody else must read it. Nothing was changed.',
}

export const nothingToReview: Refusal = {
  code: 'nothing-to-review',
  sentence: 'No reply waits for you to read it just now. New ones appear here by themselves.',
}

export const tooLate: Refusal = {
  code: 'too-late',
  sentence: 'It has left already and cannot be taken back. Write again once it has arrived.',
}

export const notBriefed: Refusal = {
  code: 'not-briefed',
  sentence: 'Read the briefing of this incident first; it takes a minute and a half. Then take your first customer.',
}

/** Why somebody cannot be handed a conversation; `name` is theirs. */
const whyNotHandedOver = {
  gone: () => 'Nobody holds this conversation any more',
  held: (name: string) => `${name} holds this conversation now`,
  answering: (name: string) => `${name} cannot answer customers in this incident`,
  paused: (name: string) => `${name} is on a pause`,
  unbriefed: (name: string) => `${name} has not finished the briefing`,
  full: (name: string) => `${name} holds as many conversations as this incident allows`,
}

/** Says of somebody else what a refusal of their own act says to them. */
export function notHandedOver(why: keyof typeof whyNotHandedOver, name: string | null): Refusal {
  const now = why === 'gone' || why === 'held' ? 'Its draft is safe.' : 'Choose somebody else.'
  const sentence = `${whyNotHandedOver[why](name ?? '')}, so nothing was handed over. ${now}`
  return { code: 'not-handed-over', sentence, why, name }
}

export const nothingToAnswer: Refusal = {
  code: 'nothing-to-answer',
  sentence:
    'Every message of this customer has been answered already, so nothing was sent. Your text is still in your editor.',
}

export const replyOnItsWay: Refusal = {
  code: 'reply-on-its-way',
  sentence: 'A reply to this customer is on its way already, so nothing else was done. What you wrote is kept.',
}

export const incidentResolved: Refusal = {
  code: 'incident-resolved',
  sentence: 'This incident has been resolved, so nothing was changed or sent. What you wrote is kept.',
}

export function guidanceChanged(facts: Facts | null): Refusal {
  return {
    code: 'guidance-changed',
    sentence:
      'What we may say has changed meanwhile, so nothing was sent or published. Read the new facts, then go on.',
    facts,
  }
}

export function gateRefused(reasons: GateReason[]): Refusal {
  return {
    code: 'gate',
    sentence: 'This reply cannot leave as it is. Nothing was sent; your text is still in your editor.',
    reasons,
  }
}

/** Why what was read again stays in quarantine; `detail` is what is wrong with it. */
const whyLeftInQuarantine = {
  'channel-off':
    'It came by no channel that is switched on. Switch its channel on, or have it sent once more. It stays here.',
  'source-gone':
    'The source of alerts it came from was removed. Add it again under the same name and try again, or discard it. It stays here.',
  'source-off': 'The source of alerts it came from is switched off. Switch it on, then try again. It stays here.',
}

/** Where it came from there is nothing to read it by. */
export function leftInQuarantine(why: keyof typeof whyLeftInQuarantine): Refusal {
  return { code: 'left-in-quarantine', sentence: whyLeftInQuarantine[why], why, defect: null }
}

/** Read again it is no better than before. */
export function stillDefective(defect: Defect): Refusal {
  const kept = defect.code === 'fault' ? 'stored' : 'read'
  const advice = defect.code === 'alert' ? ' Look whether the right system is chosen for its source.' : ''
  const sentence = `It still cannot be ${kept}: ${defect.sentence}${advice} It stays here.`
  return { code: 'left-in-quarantine', sentence, why: 'defect', defect }
}

/** What was to be answered was taken away. */
export const gone: Closed = closedFor('gone', { network: null })

/** What waits there cannot be answered by its channel. */
export function cannotAnswer(closed: Closed | null): Refusal {
  const known = closed ?? gone
  return { code: 'cannot-answer', sentence: `${wordsOfClosed(known)} Your text is safe in the editor.`, closed: known }
}
