import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

const longestId = 900
const ours = /^reply\.([A-Za-z0-9_-]{1,64})\.([0-9a-f]{32})@/

/** The Message-ID in a header, without its brackets; null where there is none that another mail could refer to. */
export function normalizedMessageId(header: string | undefined): string | null {
  if (header === undefined) return null
  const id = (/<([^<>]+)>/.exec(header)?.[1] ?? header).replace(/\s+/g, '')
  return id.length <= longestId && /^[\x21-\x3b\x3d\x3f-\x7e]+$/.test(id) ? id : null
}

/** The ids a mail refers to, oldest first, at most the last hundred. */
export function messageIdsIn(header: string | undefined): string[] {
  const found = (header ?? '').match(/<[^<>]+>/g) ?? []
  return found.slice(-100).flatMap(id => normalizedMessageId(id) ?? [])
}

/**
 * What a mail is known by. A Message-ID alone does not do: some mails have none, and careless senders repeat one, where
 * taking the id for the mail would lose the second. So a hash of what every copy of one mail shares is part of it.
 */
export function externalIdOf(messageId: string | null, content: readonly string[]): string {
  const same = content.map(part => part.replace(/\s+/g, ' ').trim()).join('\n')
  return `${messageId ?? ''}#${createHash('sha256').update(same).digest('hex').slice(0, 16)}`
}

/** The bare Message-ID within an external id, as In-Reply-To and References want it; null for a mail that had none. */
export function messageIdOf(externalId: string): string | null {
  const id = externalId.replace(/#[0-9a-f]{16}$/, '')
  return id === externalId ? null : normalizedMessageId(`<${id}>`)
}

/** The Message-ID of a reply, without brackets: the same whenever and wherever it is sent, and provably ours. */
export function replyMessageId(replyId: string, address: string, key: Buffer | string): string {
  return `${replyMark(replyId, key)}@${address.slice(address.lastIndexOf('@') + 1)}`
}

/** The part of it that no change of the channel's address touches. */
export function replyMark(replyId: string, key: Buffer | string): string {
  return `reply.${replyId}.${proof(replyId, key)}`
}

/** The id of the newest reply of ours among these Message-IDs (oldest first), or null. Forged ones are passed over. */
export function replyAmong(messageIds: readonly string[], key: Buffer | string): string | null {
  for (const id of messageIds.toReversed()) {
    const [, replyId, shown] = ours.exec(id) ?? []
    if (replyId === undefined || shown === undefined) continue
    if (timingSafeEqual(Buffer.from(shown), Buffer.from(proof(replyId, key)))) return replyId
  }
  return null
}

function proof(replyId: string, key: Buffer | string): string {
  return createHmac('sha256', key).update(`mail reply ${replyId}`).digest('hex').slice(0, 32)
}
