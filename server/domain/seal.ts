import type { Reply } from '@muster/shared/reply.ts'
import { fingerprint } from './fingerprint.ts'

type Sealed = Pick<Reply, 'conversationId' | 'text' | 'to' | 'answers' | 'target'>

/** What an approval holds for: this text, to this customer, about these messages, under this one. Anything else has another. */
export function sealOf({ conversationId, text, to, answers, target }: Sealed): string {
  const { after, through } = answers
  const { messageId, visibility } = target
  const place = [to.channelId, to.address, String(after), String(through), messageId, visibility]
  return fingerprint(conversationId, ...place, text)
}

/** An override holds under its guidance alone: what a later one forbids, nobody has argued about yet. */
export function overrideSealOf(reply: Sealed & Pick<Reply, 'epoch'>): string {
  return fingerprint(sealOf(reply), String(reply.epoch))
}
