import type { Conversation } from '@muster/shared/conversation.ts'
import { type Sign, signs } from '@muster/shared/distress.ts'
import { alarming, pleased } from './distress-words.ts'

type Distress = Pick<Conversation, 'distress' | 'signs'>

export const calm: Distress = { distress: 0, signs: [] }

/** What counts double: somebody has to look at it, however politely it is written. */
const grave = new Set<Sign>(['danger', 'security', 'law', 'hostile'])

/** How badly a customer fares once a message came. Never less than before while nobody has answered. */
export function distressWith(former: Conversation, text: string): Distress {
  const before = former.waitingSince === null ? calm : former
  const waiting = former.messages + 1 - former.answeredThrough
  return worse(before, toldBy([...before.signs, ...signsIn(text)], waiting))
}

/** The same where these are all that waits. */
export function distressAmong(texts: readonly string[]): Distress {
  return toldBy(texts.flatMap(signsIn), texts.length)
}

/** The distress of whoever is in either: what two saw of one human, or one of them later. */
export function worse(one: Distress, other: Distress): Distress {
  return { distress: Math.max(one.distress, other.distress), signs: ordered([...one.signs, ...other.signs]) }
}

/** What one message shows of how its writer fares. */
export function signsIn(text: string): Sign[] {
  const found: Sign[] = [...alarming.in(text)]
  if (/[😠😡🤬👿🖕]/u.test(text)) found.push('upset')
  if (shouts(text)) found.push('shouting')
  if (/[!?！？]{2}/u.test(text) && pleased.in(text).size === 0) found.push('exclaiming')
  return ordered(found)
}

/** One point for each sign, two for a grave one; one for three messages that wait, two for five. */
function toldBy(found: readonly Sign[], waiting: number): Distress {
  const all = ordered(waiting >= 3 ? [...found, 'repeating'] : found)
  const points = all.reduce((sum, sign) => sum + (grave.has(sign) ? 2 : 1), waiting >= 5 ? 1 : 0)
  return { distress: Math.min(3, points), signs: all }
}

function ordered(found: readonly Sign[]): Sign[] {
  return signs.filter(sign => found.includes(sign))
}

function shouts(text: string): boolean {
  const long = text.match(/\p{L}{4,}/gu) ?? []
  const loud = long.filter(word => word === word.toUpperCase() && word !== word.toLowerCase())
  return loud.length >= 2 && loud.length * 2 >= long.length
}
