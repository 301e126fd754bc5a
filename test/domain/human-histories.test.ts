import { addressKey, type Known } from '@muster/server/domain/human.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Conversation, Message } from '@muster/shared/conversation.ts'
import type { Responder } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { histories } from '../support/histories.ts'
import { HumanStory, people, step } from '../support/human-story.ts'
import type { Records } from '../support/records.ts'

/** What must hold after every single step. */
function judge({ room, conversations, seen, gone }: HumanStory): void {
  const ids = seen.map(({ channelId, externalId }) => messageIdOf(channelId, externalId))
  const stored = ids.filter(id => 'number' in (room.get<object>(`message/${id}`) ?? {}))
  const listed = conversations.flatMap(({ id }) => messagesOf(id, room).map(message => message.id))
  expect(sorted(listed)).toEqual(sorted(stored))
  for (const conversation of conversations) {
    judgeMessages(conversation, messagesOf(conversation.id, room))
    judgeReplies(conversation, room)
    const { id, humans } = conversation
    const leads = humans.map(human => room.get<Known>(addressKey(human))?.conversationId)
    expect(leads).toEqual(humans.map(() => id))
  }
  for (const { id } of people) {
    const held = conversations.filter(({ claim }) => claim?.holder.id === id).length
    expect(room.get<Responder>(`responder/${id}`)?.holding).toBe(held)
  }
  const records = JSON.stringify([...room.records.values()])
  for (const [text, line] of gone) {
    expect(records).not.toContain(text)
    expect(JSON.stringify(room.told.slice(line))).not.toContain(text)
  }
}

function sorted(ids: readonly string[]): string[] {
  return ids.toSorted((one, other) => (one < other ? -1 : 1))
}

function messagesOf(conversationId: string, room: Records): Message[] {
  return room.list(`messages/${conversationId}`).flatMap(key => room.get<Message>(key) ?? [])
}

function judgeMessages(conversation: Conversation, messages: readonly Message[]): void {
  const { claim, answeredThrough, waitingSince, humans, human, replyTo, lookedThrough } = conversation
  expect(messages.map(({ number }) => number)).toEqual(messages.map((_, index) => index + 1))
  expect(conversation.messages).toBe(messages.length)
  const waiting = messages.filter(({ number }) => number > answeredThrough)
  expect(waiting.every(({ deletedAt }) => deletedAt === null)).toBe(true)
  expect(waitingSince).toBe(waiting.length === 0 ? null : Math.min(...waiting.map(({ arrivedAt }) => arrivedAt)))
  expect(lookedThrough).toBeLessThanOrEqual(messages.length)
  if (claim !== null) expect(claim.fence).toBe(conversation.fence)
  const known = humans.some(({ channelId, address }) => channelId === human.channelId && address === human.address)
  expect(known).toBe(true)
  if (waiting.length === 0) return
  expect(replyTo !== null).toBe(waiting.some(message => message.closed === null))
  const target = waiting.find(({ id }) => id === replyTo?.messageId)
  if (replyTo !== null)
    expect(target).toMatchObject({ closed: null, number: replyTo.number, from: { address: human.address } })
}

const underway = new Set<string>(['queued', 'submitted', 'in-review', 'sending', 'uncertain'])

function judgeReplies({ id, claim, replies, answeredThrough }: Conversation, room: Records): void {
  const all = room.list(`replies/${id}`).flatMap(key => room.get<Reply>(key) ?? [])
  const sent = all.filter(({ state }) => state === 'sent')
  expect(replies).toBe(sent.length)
  const arrived = sent.filter(reply => reply.state === 'sent' && reply.bounced === null)
  expect(arrived.every(({ answers }) => answers.through <= answeredThrough)).toBe(true)
  expect(all.every(({ answers }) => answers.after < answers.through)).toBe(true)
  const onItsWay = all.filter(({ state }) => underway.has(state)).map(reply => reply.id)
  expect(onItsWay).toEqual(claim?.replyId ? [claim.replyId] : [])
}

test('[MC11] [MC12] [MC13] [MC16] [MC19] [MC20] [MC21] through every history: each message in one conversation, nothing deleted anywhere, one claim', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 80, size: 'max' }), steps => {
      const story = new HumanStory()
      for (const move of steps) {
        story.act(move)
        judge(story)
      }
    }),
    histories(120),
  )
}, 3_600_000)
