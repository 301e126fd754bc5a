import { Command } from '@muster/shared/command.ts'
import { Identifier } from '@muster/shared/identifier.ts'
import { type Issue, issuesOf } from '@muster/shared/issue.ts'
import { PairMessage, PresenceReport, Watch } from '@muster/shared/protocol.ts'
import { z } from 'zod'

/** The events a screen may send: what each carries. */
const events = {
  watch: Watch,
  unwatch: z.object({ incidentId: Identifier }),
  command: Command,
  presence: PresenceReport,
  pair: PairMessage,
}
const answered = ['watch', 'command']

type Events = typeof events
export type Answer = (answer: unknown) => void

/** An event as a screen may send it; or what is wrong with it, and how to say so if it can be said. */
export type Read =
  | { [Name in keyof Events]: { type: Name; payload: z.infer<Events[Name]>; answer: Answer } }[keyof Events]
  | { type: 'bad'; issues: Issue[]; answer: Answer }

/** Reads whatever came. Never throws, and repeats nothing of what it was given. */
export function read(event: unknown, given: readonly unknown[]): Read {
  const last = given.at(-1)
  const answer: Answer = typeof last === 'function' ? (last as Answer) : () => {}
  const payloads = typeof last === 'function' ? given.slice(0, -1) : given
  const bad = (field: string, expected: string): Read => ({ type: 'bad', issues: [{ field, expected }], answer })
  if (typeof event !== 'string' || !Object.hasOwn(events, event)) {
    return bad('event', `expected one of ${Object.keys(events).join(', ')}`)
  }
  if (payloads.length !== 1) return bad(event, 'expected one payload')
  if (answered.includes(event) && typeof last !== 'function') return bad(event, 'expected an acknowledgement to answer')
  const name = event as keyof Events
  const parsed = events[name].safeParse(payloads[0])
  if (!parsed.success) return { type: 'bad', issues: issuesOf(parsed.error, name), answer }
  return { type: name, payload: parsed.data, answer } as Read
}
