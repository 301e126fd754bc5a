import type { Draft } from './conversation.ts'

type Drafted = Pick<Draft, 'text' | 'epoch' | 'brought'>

/** All that is drafted for a conversation as one text, and the oldest guidance that any of it was written under. */
export function drafted({ text, epoch, brought }: Drafted): Omit<Drafted, 'brought'> {
  if (brought === undefined) return { text, epoch }
  if (text.trim() === '') return brought
  return { text: `${text}\n\n${brought.text}`, epoch: Math.min(epoch, brought.epoch) }
}
