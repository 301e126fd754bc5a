import type { Conversation } from '@muster/shared/conversation.ts'
import type { ReplyMark } from '@muster/shared/entry.ts'
import { openQuestions, unseenOf } from './attention.ts'
import { unsettled } from './unsettled.ts'

/** What needs somebody, in numbers. */
export type Concerns = { unseen: number; unsettled: number; questions: number }

type Records = { conversations: ReadonlyMap<string, Conversation>; replies: ReadonlyMap<string, ReplyMark> }

export function concernsOf({ conversations, replies }: Records, unseenMs: number, now: number): Concerns {
  return {
    unseen: unseenOf(conversations.values(), unseenMs, now).length,
    unsettled: unsettled(replies.values(), conversations).length,
    questions: openQuestions(conversations.values()).length,
  }
}
