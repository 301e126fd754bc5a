const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** How long ago, short enough for a row: "now", "45 s", "4 min", "2 h 5 min", "3 d". */
export function age(since: number, now: number): string {
  const passed = Math.max(0, now - since)
  if (passed < 5 * second) return 'now'
  if (passed < minute) return `${Math.floor(passed / second)} s`
  if (passed < hour) return `${Math.floor(passed / minute)} min`
  if (passed < day) return hours(passed)
  return `${Math.floor(passed / day)} d`
}

function hours(passed: number): string {
  const minutes = Math.floor((passed % hour) / minute)
  return minutes === 0 ? `${Math.floor(passed / hour)} h` : `${Math.floor(passed / hour)} h ${minutes} min`
}

/** Whole minutes and seconds left until then. */
export function left(until: number, now: number): string {
  const seconds = Math.max(0, Math.floor((until - now) / second))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

/** The time of day; with the date where it is not today's. */
export function moment(at: number, now: number): string {
  const today = new Date(at).toDateString() === new Date(now).toDateString()
  return (today ? time : dayAndTime).format(at)
}
