import { z } from 'zod'
import { type Failure, FailureKind, noFailure, plainFailure } from './failure.ts'

const codes = [
  'not-taken',
  'unclear',
  'no-answer',
  'unnamed',
  'posted-before',
  'place-unread',
  'place-taken',
  'out-of-sight',
  'no-address',
  'no-such-address',
  'mailbox-full',
  'too-long',
  'mailbox-closed',
  'unwanted',
  'never-reached',
  'came-back',
  'unread-back',
  'no-place',
  'same-text',
  'only-receives',
  'no-signing-secret',
  'switched-off',
  'page-off',
  'no-token',
  'sealed',
  'others-first',
  'not-asked',
  'unreadable',
  'not-as-ours',
  'stopped',
  'fault',
  'earlier',
  'tried-for-hours',
] as const
export type SetbackCode = (typeof codes)[number]

/**
 * Why something did not leave, or why nobody can tell whether it did. Screens say it in their own language by `code`; the
 * sentence is for everybody else.
 */
export const Setback = z.object({ code: z.enum(codes), ...FailureKind.shape, sentence: z.string() })
export type Setback = z.infer<typeof Setback>

const sentences: Record<SetbackCode, (reason: string) => string> = {
  'not-taken': reason => `${reason}.`,
  unclear: reason => `${reason}. That leaves open whether it was taken.`,
  'no-answer': reason => `It was handed over, and no answer came: ${reason}.`,
  unnamed: () => 'It was taken, but the answer does not say as what.',
  'posted-before': () => 'It was posted before, and may still appear.',
  'place-unread': () => 'Something stands where it belongs, and could not be read.',
  'place-taken': () => 'Another post stands where it belongs.',
  'out-of-sight': () => 'The message it answers is out of sight at the moment.',
  'no-address': address => `Mail cannot be sent to the address ${address}.`,
  'no-such-address': said => `The address does not exist, or no longer.${quoted(said)}`,
  'mailbox-full': said => `The mailbox is full.${quoted(said)}`,
  'too-long': said => `The mail was too long for its server.${quoted(said)}`,
  'mailbox-closed': said => `The mailbox takes no mail.${quoted(said)}`,
  unwanted: said => `Its mail server refused it, as not allowed or as unwanted.${quoted(said)}`,
  'never-reached': said => `Its mail server could not be reached in time.${quoted(said)}`,
  'came-back': said => `Its mail server did not take it.${quoted(said)}`,
  'unread-back': () => 'What was written there before is too long to be read back.',
  'no-place': () => 'It is not known which message it answers there.',
  'same-text': () => 'X takes the same text only once. Change some words of it.',
  'only-receives': () => 'This channel only receives: it has no address for replies.',
  'no-signing-secret': () => 'There is no secret to sign it with.',
  'switched-off': () => 'Its channel has been switched off for hours.',
  'page-off': () => 'This page was switched off or removed.',
  'no-token': () => 'This page has no token yet.',
  sealed: () => 'The secrets of this page cannot be opened: enter them again.',
  'others-first': () => 'Other updates had to go first.',
  'not-asked': () => 'The page could not be asked for what it shows of the incident.',
  unreadable: () => 'What the page shows cannot be read.',
  'not-as-ours': () => 'The page shows these words, but not as ours: look at it.',
  stopped: () => 'The server stopped while this was being sent.',
  fault: () => 'Muster failed while sending it; its log says why.',
  earlier: () => 'It may have arrived when it was sent before.',
  'tried-for-hours': () => 'It was tried for hours.',
}

function quoted(said: string): string {
  return said === '' ? '' : ` The server said: ${said}`
}

/** `failure`: what it comes from; a sentence alone where nobody knows more. */
export function setbackOf(code: SetbackCode, failure: Failure | string = noFailure): Setback {
  const { reason, ...kind } = typeof failure === 'string' ? plainFailure(failure) : failure
  return { code, ...kind, sentence: sentences[code](reason.replace(/[.:,; ]+$/, '')) }
}

/** All of them, in English. */
export function wordsOfSetbacks(setbacks: readonly Setback[]): string {
  return setbacks.map(({ sentence }) => sentence).join(' ')
}
