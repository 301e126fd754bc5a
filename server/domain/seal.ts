import type { Reply } from '@muster/shared/reply.ts'
import { fingerprint } from './fingerprint.ts'

type Sealed = Pick<Reply, 'conversationId' | 'text' | 'to' | 'answers'>

/** What an approval and an override hold for: this text, to this customer, about these messages. Anything else has another. */
export function sealOf({ conversationId, text, to, answers }: Sealed): string {
  return fingerprint(conversationId, to.channelId, to.address, String(answers.after), String(answers.through), text)
}
