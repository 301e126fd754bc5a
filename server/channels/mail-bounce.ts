import { type Setback, type SetbackCode, setbackOf } from '@muster/shared/setback.ts'
import type { Attachment, Email } from 'postal-mime'
import { messageIdsIn, normalizedMessageId } from './mail-identity.ts'
import { oneLine } from './plain-text.ts'

/** A mail came back (RFC 3464). `returned`: Message-IDs it may have had; whether one is ours, others must prove. */
export type Bounce = { returned: string[]; setback: Setback }

const longestPart = 65_536

/** What a delivery report says; null where the mail is none, or says that delivery goes on or was done. */
export function bounceOf(email: Email): Bounce | null {
  const type = email.headers.find(({ key }) => key === 'content-type')?.value ?? ''
  if (!/^multipart\/report\b/i.test(type)) return null
  const status = partOf(email, /^message\/(?:global-)?delivery-status$/)
  const failed = status
    ?.split(/\n\s*\n/)
    .map(fieldsOf)
    .find(fields => fields.get('action')?.toLowerCase() === 'failed')
  if (failed === undefined) return null
  const head = partOf(email, /^(?:message\/(?:rfc822|global)|text\/rfc822-headers|message\/global-headers)$/)
  const id = normalizedMessageId(fieldsOf(head?.split(/\n\s*\n/, 1)[0] ?? '').get('message-id'))
  const named = [...messageIdsIn(email.references), ...messageIdsIn(email.inReplyTo)]
  return { returned: id === null ? named : [...named, id], setback: setbackIn(failed) }
}

function partOf({ attachments }: Email, type: RegExp): string | null {
  const part = attachments.find(({ mimeType }) => type.test(mimeType.toLowerCase()))
  return part === undefined ? null : beginningOf(part).replace(/\r\n?/g, '\n').trimStart()
}

function beginningOf({ content }: Attachment): string {
  if (typeof content === 'string') return content.slice(0, longestPart)
  return new TextDecoder().decode(content.slice(0, longestPart))
}

/** Header-like fields, unfolded; of one that comes twice the first. */
function fieldsOf(block: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of block.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase()
    if (name !== '' && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim())
  }
  return fields
}

const codes: [status: RegExp, code: SetbackCode][] = [
  [/^[45]\.1\.(?:[1236]|10)$/, 'no-such-address'],
  [/^[45]\.2\.2$/, 'mailbox-full'],
  [/^[45]\.(?:2\.3|3\.4)$/, 'too-long'],
  [/^[45]\.2\.\d+$/, 'mailbox-closed'],
  [/^[45]\.7\.\d+$/, 'unwanted'],
  [/^(?:4\.\d+\.\d+|5\.4\.\d+)$/, 'never-reached'],
]

function setbackIn(fields: Map<string, string>): Setback {
  const status = fields.get('status')?.split(/[\s(]/, 1)[0] ?? ''
  const code = codes.find(([pattern]) => pattern.test(status))?.[1] ?? 'came-back'
  const said = oneLine((fields.get('diagnostic-code') ?? '').replace(/^[\w-]+\s*;\s*/, ''), 200)
  return setbackOf(code, { reason: said, trouble: 'other', status: null, said: said === '' ? null : said })
}
