import type { IncomingHttpHeaders } from 'node:http'
import { HookMessage } from '@muster/shared/endpoint.ts'
import type { Arrival } from './channel.ts'
import { jsonOf } from './json.ts'
import { asText, cut, longestText, oneLine } from './plain-text.ts'
import { isSigned } from './webhook-signature.ts'

/** Longest body of a call, in bytes: the door must read no more than one beyond. */
export const longestCall = 262_144
const toleranceSeconds = 300

export type HookCall = {
  /** The channel's signing secrets: each is good, so that they can be changed without a gap. */
  secrets: readonly string[]
  headers: IncomingHttpHeaders
  /** The bytes as they came. */
  body: Buffer
  /** ms since 1970. */
  now: number
}

/** `field` names what the caller must change. */
export type Read = { type: 'message'; arrival: Arrival } | { type: 'unreadable'; sentence: string; field: string }

/** `status` is the HTTP status to answer with. What cannot be read was signed, and came under `id`. */
export type Verified =
  | Extract<Read, { type: 'message' }>
  | (Extract<Read, { type: 'unreadable' }> & { id: string })
  | { type: 'refused'; status: 401 | 413; sentence: string; field: string }

/** Judges a call to a webhook channel (Standard Webhooks): nothing of the body is looked at before the signature holds. */
export function verifyHook({ secrets, headers, body, now }: HookCall): Verified {
  if (body.byteLength > longestCall) return refuse(413, `The body is longer than ${longestCall} bytes.`, 'body')
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  const signature = headers['webhook-signature']
  if (typeof id !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(id))
    return refuse(401, 'Expected an id of 1 to 200 characters without spaces.', 'webhook-id')
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp))
    return refuse(401, 'Expected the time of the call in seconds since 1970.', 'webhook-timestamp')
  if (typeof signature !== 'string') return refuse(401, 'Expected a signature ("v1," and base64).', 'webhook-signature')
  if (!isSigned(signature, secrets, { id, timestamp, body }))
    return refuse(401, 'No signature fits the body and a secret of this channel.', 'webhook-signature')
  const ageSeconds = Math.floor(now / 1000) - Number(timestamp)
  if (Math.abs(ageSeconds) > toleranceSeconds)
    return refuse(401, `The call is ${ageSeconds > 0 ? 'older' : 'newer'} than five minutes.`, 'webhook-timestamp')
  const read = readCall(body, id)
  return read.type === 'message' ? read : { ...read, id }
}

/** Reads the body of a call that was let in. `id` stands for the message's own where that is missing. */
export function readCall(body: Uint8Array, id: string): Read {
  const parsed = HookMessage.safeParse(jsonOf(body))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return unreadable(issue?.message ?? 'expected JSON', issue?.path.join('.') || 'body')
  }
  const message = parsed.data
  const { text, whole } = cut(asText(message.text), longestText)
  const address = oneLine(message.from.address, 320)
  if (address === '') return unreadable('expected an address', 'from.address')
  if (text.trim() === '') return unreadable('expected some text', 'text')
  const arrival: Arrival = {
    externalId: oneLine(message.id ?? '', 200) || id,
    from: { address, name: oneLine(message.from.name, 200), reach: message.from.reach },
    subject: oneLine(message.subject ?? '', 500) || null,
    text,
    whole,
    sentAt: message.sentAt === null ? null : Math.max(0, Date.parse(message.sentAt)),
    answersReply: null,
    automatic: null,
  }
  return { type: 'message', arrival }
}

function unreadable(wanted: string, field: string): Read {
  return { type: 'unreadable', sentence: `The message cannot be read: ${wanted}.`, field }
}

function refuse(status: 401 | 413, sentence: string, field: string): Verified {
  return { type: 'refused', status, sentence, field }
}
