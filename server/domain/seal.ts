import type { Reply } from '@muster/shared/reply.ts'
import { fingerprint } from './fingerprint.ts'

type Sealed = Pick<Reply, 'conversationId' | 'text' | 'to' | 'answers'>

/** What an approval holds for: this text, to this customer, about these messages. Anything else has another. */
export function sealOf({ conversationId, text, to, answers }: Sealed): string {
  return fingerprint(conversationId, to.channelId, to.address, String(answers.after), String(answers.through), text)
}

/** An override holds under its guidance alone: what a later one forbids, nobody has argued about yet. */
export function overrideSealOf(reply: Sealed & Pick<Reply, 'epoch'>): string {
  return fingerprint(sealOf(reply), String(reply.epoch))
}
