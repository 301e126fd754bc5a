import { said } from './answers.ts'
import type { Random } from './random.ts'

/** What people say who want to help and were told not to: promises that nobody may make. */
export type PromiseKind = 'promised time' | 'promised refund'
export type Wrong = { kind: PromiseKind; phrase: string }

const promises: Record<PromiseKind, readonly string[]> = {
  'promised time': [
    'It will be fixed by {5 pm|6 pm|4 pm}.',
    'Sync is back {in two hours|in an hour|within 30 minutes}.',
    'You can use it again {tomorrow morning|tonight|by Monday}.',
    'We will have it solved {before noon|by the end of the day}.',
    'It should work again {at 14:30|at 3 pm}.',
  ],
  'promised refund': [
    'You will get {a refund|your money back} for {this month|today}.',
    'We will refund you {20 euros|$15|the last invoice}.',
    'You will get {€10|20 euros} back.',
    'You will be compensated {for this|in full}.',
  ],
}

export const promiseKinds = Object.keys(promises) as PromiseKind[]

export function wrongOf(kind: PromiseKind, random: Random): Wrong {
  return { kind, phrase: said(random.pick(promises[kind]), random) }
}

/** Every promise there is, in each of its readings. */
export function everyWrong(): Wrong[] {
  return promiseKinds.flatMap(kind => promises[kind].flatMap(readings).map(phrase => ({ kind, phrase })))
}

function readings(line: string): string[] {
  const choice = /\{([^{}]*)\}/.exec(line)
  if (choice === null) return [line]
  const [whole, ways = ''] = choice
  return ways.split('|').flatMap(way => readings(line.replace(whole, way)))
}

/** Whether a text still says it, however it was spaced. */
export function says(text: string, phrase: string): boolean {
  return plain(text).includes(plain(phrase))
}

/** A text without it. */
export function without(text: string, phrase: string): string {
  return text.replace(phrase, ' ').replace(/ {2,}/g, ' ').trim()
}

/** As people read: case, width, spaces and invisible letters make no other word. */
export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Cf}/gu, '')
    .split(/\s+/)
    .join(' ')
}
