import type { Random } from './random.ts'

type Chance = Pick<Random, 'pick'>

// Each line stands for all ways to read it: of `{this|that}` one is said. What is promised is what may be said, no more.
const greetings = ['Hello', 'Hi', 'Good day', 'Dear', 'Hey']
const openings = [
  '{I am sorry|We are sorry|Sorry} for {the trouble|the bother|the wait} {this causes you|you have with it}.',
  '{You are right|Fair enough}, this is {not good enough|below what we want to offer|no way to spend a day}.',
  '{Thank you|Many thanks|Thanks} for {telling us|letting us know|taking the time to write}.',
  '{I see|I can see|I understand} how {annoying|tiring|unpleasant} that is {for you|in the middle of work}.',
  'That {sounds|is} {really annoying|frustrating|like a rough start}, and {I feel with you|I am with you on that}.',
  '{Good that you ask|Good question}: {several of us|a few of us} {look at these messages|read along} right now.',
  'I {have read|went through|looked at} {what you wrote|your message} {twice|carefully|with my colleagues}.',
  '{No need to apologize|Do not worry about the tone}, {we would be upset too|anybody would be cross}.',
  'Your {message|note|question} {reached me|landed on my desk}, and {I want to answer it|it deserves an answer}.',
  '{Oh no|Ouch|Oh dear}, {that must be irritating|not what anybody needs|we never want you to see that}.',
]
const news = [
  '{Sync is down|Synchronizing is down} {just now|for all of us here too}, and {we are working on it|people work on it}.',
  'We {know about it|are aware of it}, and {a whole team|every engineer we have} is {working on it|busy with it} right now.',
  'The trouble is on our side; {there is nothing|nothing} {you need to change|to change at your end}.',
  'Calendars and notes {do not sync|stand still} {on any device|whichever device you take} at the moment.',
  'What you {describe|see} is {the sync trouble|the outage} we {are working on|know about}.',
  'It is {neither your phone nor your network|not your device}: {sync itself|our sync service} {has stopped|is not running}.',
  '{Reading and signing in|Opening what is on the device} {still works|works as before}; only sync {does not|is out of order}.',
  'Our {engineers|colleagues in operations} {are on it|have it in their hands}, and {nothing else matters here|all else has to wait}.',
  '{Installing it again|A new installation|Signing out} {will not change anything|changes nothing}, since sync is {down|the part that fails}.',
  'The same {happens|shows} {on every platform|in every app}, {web|the browser} {included|as well}.',
]
const comforts = [
  'What you saved {is safe on your device|stays safe on your device} and {will sync later|syncs later}.',
  '{Please keep|Keep} the app {installed|where it is}: {your entries wait there|everything you typed waits in it}.',
  'Go on {writing|noting things down}; {it is kept on the device|the device keeps it} {meanwhile|for now}.',
  'You can {keep using|go on with} {notes|your calendar} {without a connection|offline} in the meantime.',
  '{Copying an address by hand|Reading it off another device} {may help|can be a way} where {you need it now|it is urgent}.',
  'Nothing {has to be done|is asked} {from your side|of you}; {just leave|simply leave} the app {as it is|alone}.',
  'If {you are in a hurry|it cannot wait}, {open the entry|look} on {the device it was written on|the machine you wrote it with}.',
  '{Leave|Let} both devices {switched on|connected}, and {they find each other again|they meet again} once sync is back.',
  'A {screenshot|photo} of {the timetable|the page} {does no harm|is a good idea} {for today|until then}.',
  '{Printing the day|A paper list} is {old fashioned|a bit sad} but {works|carries you over}.',
]
const closings = [
  '{We write again|You hear from us} {as soon as there is news|when we know more}.',
  '{Just answer here|Reply to this} {if something is unclear|should you have a question}.',
  'The status page {carries every update|is kept up to date}, {so have a look there|you find it in the menu}.',
  '{Thank you for your patience|Thanks for bearing with us}{, it means a lot|, truly|}.',
  '{I stay with it|I keep an eye on your message} {until my shift ends|and my colleagues do too}.',
  '{Tell me|Let me know} {what you need most|which entry matters most}, and {I look what I can do|we see what is possible}.',
  '{Take care|All the best}, and {my apologies once more|once again sorry from all of us}.',
  '{Is there anything else|Anything else} {I can do for you meanwhile|you need meanwhile}?',
]

/** One way to say a line. */
export function said(line: string, random: Chance): string {
  return line.replace(/\{([^{}]*)\}/g, (_, ways: string) => random.pick(ways.split('|')))
}

/** `code` is what people find a reply by: who wrote it, its number and its epoch. Two answers are hardly ever alike. */
export function answerFor(name: string, code: string, random: Chance, longest = Infinity): string {
  const parts = [openings, news, comforts, closings].map(lines => said(random.pick(lines), random))
  const text = `${random.pick(greetings)} ${firstOf(name)}. ${parts.join(' ')} (ref ${code})`
  return text.length <= longest ? text : `${firstOf(name)}: ${fitting(parts, longest - 40)} (ref ${code})`
}

/** As many of the sentences as there is room for. */
function fitting(parts: readonly string[], room: number): string {
  return parts.reduce((text, part) => (text.length + part.length < room ? `${text} ${part}` : text), '').trim()
}

/** Own words around what was given, as somebody writes who begins with a text of others. */
export function around(text: string, name: string, code: string, random: Chance, longest = Infinity): string {
  const [before, comfort, after] = [openings, comforts, closings].map(lines => said(random.pick(lines), random))
  const whole = `${random.pick(greetings)} ${firstOf(name)}. ${before} ${text} ${comfort} ${after} (ref ${code})`
  if (whole.length <= longest) return whole
  const more = fitting([before ?? '', comfort ?? ''], longest - text.length - 40)
  return `${firstOf(name)}: ${more} ${text} (ref ${code})`
}

/** One more sentence, as a reviewer puts it in. */
export function comfortIn(text: string, random: Chance): string {
  return text.replace(/(?= \(ref )|$/, ` ${said(random.pick(comforts), random)}`)
}

export function firstOf(name: string): string {
  return name.split(' ')[0] ?? name
}
