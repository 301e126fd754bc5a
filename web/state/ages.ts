import { locale, say } from './words.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const present = 5 * second

/** How long ago, short enough for a row: "now", "45 s", "4 min", "2 h 5 min", "3 d". */
export function age(since: number, now: number): string {
  const passed = Math.max(0, now - since)
  if (isPresent(since, now)) return say('age.now')
  if (passed < minute) return say('age.seconds', { number: Math.floor(passed / second) })
  if (passed < hour) return say('age.minutes', { number: Math.floor(passed / minute) })
  if (passed < day) return inHours(passed)
  return say('age.days', { number: Math.floor(passed / day) })
}

/** Whether it began so short ago that no age is worth telling. */
export function isPresent(since: number, now: number): boolean {
  return now - since < present
}

function inHours(passed: number): string {
  const hours = Math.floor(passed / hour)
  const minutes = Math.floor((passed % hour) / minute)
  return minutes === 0 ? say('age.hours', { number: hours }) : say('age.hoursAndMinutes', { hours, minutes })
}

/** How long something will take, no more exactly than anybody can know. */
export function about(ms: number): string {
  if (ms >= 2 * hour) return say('age.hours', { number: Math.round(ms / hour) })
  if (ms >= minute) return say('age.minutes', { number: Math.round(ms / minute) })
  return say('age.seconds', { number: Math.max(1, Math.round(ms / present)) * (present / second) })
}

/** Whole minutes and seconds left until then. */
export function left(until: number, now: number): string {
  const seconds = Math.max(0, Math.floor((until - now) / second))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
const dayAndTime = new Intl.DateTimeFormat(locale, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

const wholeDay = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' })

export function timeOf(at: number): string {
  return time.format(at)
}

/** The day as a heading. */
export function dayOf(at: number, now: number): string {
  return isSameDay(at, now) ? say('age.today') : wholeDay.format(at)
}

export function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString()
}

/** The time of day; with the date where it is not today's. */
export function moment(at: number, now: number): string {
  return (isSameDay(at, now) ? time : dayAndTime).format(at)
}
