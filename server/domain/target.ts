import type { Conversation, Human, Message } from '@muster/shared/conversation.ts'
import { isAnswerable } from './answerable.ts'
import { knownAs, writesAs } from './human.ts'

type Aim = Pick<Conversation, 'human' | 'replyTo' | 'closed'>

/**
 * The message that a reply to these goes to: the newest that can be answered. What a stranger wrote into the thread is
 * answered only where nothing of the customer's own can be; what was written to us alone is answered there, whatever was
 * said in public beside it.
 */
export function targetAmong(messages: readonly Message[], { humans }: Pick<Conversation, 'humans'>): Message | null {
  const answerable = messages.filter(({ closed, deletedAt }) => closed === null && deletedAt === null)
  const own = answerable.filter(({ from }) => writesAs(from, { humans }))
  const wanted = own.length > 0 ? own : answerable
  return wanted.findLast(({ visibility }) => visibility === 'direct') ?? wanted.at(-1) ?? null
}

/** To whom and where a reply to this message goes. */
export function aimAt({ id: messageId, number, visibility, from }: Message, conversation: Conversation): Aim {
  const human = writesAs(from, conversation) ? knownAs(from, conversation) : inThreadOf(from, conversation)
  return { human, replyTo: { messageId, number, visibility }, closed: null }
}

/** Who writes into somebody's thread from another address is not proved to be them: the answer goes where it went. */
function inThreadOf({ channelId }: Human, { human, humans }: Conversation): Human {
  const there = [...humans, human].findLast(each => each.channelId === channelId) ?? human
  return knownAs(there, { humans })
}

/** Where a reply to what waits goes. Where nothing of it can be answered, the newest says why. */
export function aimAmong(waiting: readonly Message[], conversation: Conversation): Aim {
  const target = targetAmong(waiting, conversation)
  if (target !== null) return aimAt(target, conversation)
  return { human: conversation.human, replyTo: null, closed: waiting.at(-1)?.closed ?? null }
}

/** The same once one more message came, from what the conversation knows of those before it. */
export function aimWith(conversation: Conversation, message: Message): Aim {
  const { human, replyTo, closed } = conversation
  const stays = isAnswerable(conversation) && !takesOver(message, conversation)
  if (stays) return { human: knownAs(human, conversation), replyTo, closed }
  if (message.closed === null) return aimAt(message, conversation)
  return { human: knownAs(human, conversation), replyTo: null, closed: message.closed }
}

function takesOver({ closed, visibility, from }: Message, conversation: Conversation): boolean {
  if (closed !== null || !writesAs(from, conversation)) return false
  return visibility === 'direct' || conversation.replyTo?.visibility !== 'direct'
}
