import { Alike } from '@muster/server/domain/alike.ts'
import { fingerprint } from '@muster/server/domain/fingerprint.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Message } from '@muster/shared/conversation.ts'
import { describe, expect, test } from 'vitest'
import { arrivalOf, arriving, conversationIn, muster, nextId, roomWithCustomer } from '../support/builders.ts'

describe('groups of texts', () => {
  const groupsOf = (...texts: string[]) => {
    const alike = new Alike()
    return texts.map((text, index) => alike.join(text, `g${index}`))
  }

  test('[MC26] names, numbers, links and punctuation make no other group, nor do a few other words', () => {
    const groups = groupsOf(
      'Hi Kim, my card was declined twice at the till, order 4711 https://shop.example/a',
      'my card was declined twice at the till!! order 99',
      'My card was declined three times at the till, order 5',
      'How do I change the address of my account?',
    )
    expect(groups).toEqual(['g0', 'g0', 'g0', 'g3'])
  })

  test('[MC26] what is too short to compare is one group only where it is the same once masked', () => {
    expect(groupsOf('down?', 'Down', 'Any news?', 'any news yet?', 'ANY NEWS 🙏')).toEqual([
      'g0',
      'g0',
      'g2',
      'g3',
      'g2',
    ])
  })

  test('[MC26] what says nothing begins no group', () => {
    const alike = new Alike()
    alike.begin('g', ' \n')
    expect([alike.join(' \n', 'own'), alike.join('', 'own')]).toEqual([null, null])
  })

  test('[MC26] a text goes to the group it is most like, whichever came first', () => {
    const alike = new Alike()
    alike.begin('invoice', 'I cannot open the invoice of this month in my account')
    alike.begin('login', 'I cannot log in to my account since this morning')
    expect(alike.join('I cannot log in to my account since this noon', 'own')).toBe('login')
  })

  test('[MC26] a group is what its first says: it drifts to nothing else', () => {
    const words = 'one two three four five six seven eight nine ten eleven twelve'.split(' ')
    const others = 'red blue green black white brown amber olive coral ivory pearl azure'.split(' ')
    const changed = words.map((_, count) => [...others.slice(0, count), ...words.slice(count)].join(' '))
    const groups = groupsOf(...changed)
    expect(groups[1]).toBe('g0')
    expect(groups.at(-1)).not.toBe('g0')
  })

  test('[MC26] thousands that are nearly, but not quite, alike cost what a few cost', () => {
    const alike = new Alike()
    const common = 'it does not work at all since this morning and nobody answers me please help '
    const words = (index: number) => Array.from({ length: 20 }, (_, at) => fingerprint(`${index} ${at}`).slice(0, 4))
    const text = (index: number) => `${common}${words(index).join(' ').replaceAll(/[0-9]/g, 'x')}`
    for (let index = 0; index < 3_000; index++) alike.begin(`g${index}`, text(index))
    expect(alike.comparedWith(text(5_000))).toBeGreaterThan(16)
    expect(alike.comparedWith(text(5_000))).toBeLessThanOrEqual(16 * 32)
  })

  test('[MC26] of very many groups the one that nobody joined for longest is forgotten', () => {
    const alike = new Alike()
    const text = (index: number) => `nothing like it ${String.fromCodePoint(0x4e00 + index)}${index % 7}`
    alike.begin('busy', 'My card was declined at the till.')
    alike.begin('quiet', 'How do I change my address?')
    for (let index = 0; index < 10_000; index++) {
      alike.begin(`g${index}`, text(index))
      if (index % 100 === 0) alike.join('my card was declined at the till!', 'own')
    }
    expect(alike.join('My card was declined at the till', 'own')).toBe('busy')
    expect(alike.join('How do I change my address', 'own')).toBe('own')
  })

  test('[MC26] of two groups that two nodes began for one text each node goes on with the same', () => {
    const [here, there] = [new Alike(), new Alike()]
    for (const text of ['down?', 'my card was declined at the till']) {
      const [one, other] = [`a ${text}`, `b ${text}`]
      here.begin(one, text)
      here.begin(other, text)
      there.begin(other, text)
      there.begin(one, text)
      expect([here.join(`${text}!`, 'own'), there.join(`${text}!`, 'own')]).toEqual([one, one])
    }
  })
})

describe('a conversation', () => {
  const now = 1_000_000
  const write = (room: ReturnType<typeof roomWithCustomer>['room'], text: string, alike: string | null) => {
    const arrival = arrivalOf({ text })
    room.give({ ...arriving(arrival), alike }, muster, now)
    return { arrival, id: messageIdOf('mail', arrival.externalId) }
  }

  test('[MC27] it is in the group of its newest message, whoever writes nothing anew in none', () => {
    const { room, conversationId } = roomWithCustomer(now)
    expect(conversationIn(room, conversationId).alike).toBeNull()
    write(room, 'My card was declined.', 'cards')
    expect(conversationIn(room, conversationId).alike).toBe('cards')
    write(room, '', null)
    expect(conversationIn(room, conversationId).alike).toBeNull()
  })

  test('[MC27] what was changed is where its new words belong', () => {
    const { room, conversationId } = roomWithCustomer(now)
    const { arrival } = write(room, 'My card was declined.', 'cards')
    const edited = { ...arrival, text: 'My invoice is wrong.' }
    const change = { id: nextId('edit'), type: 'message/edit', channelId: 'mail', arrivedAt: null } as const
    room.give({ ...change, arrival: edited, at: now + 1, alike: 'invoices' }, muster, now)
    expect(conversationIn(room, conversationId).alike).toBe('invoices')
  })

  test('[MC27] what was taken away is in no group, and its conversation is where what is left belongs', () => {
    const { room, conversationId } = roomWithCustomer(now)
    write(room, 'My card was declined.', 'cards')
    const { id } = write(room, 'My invoice is wrong.', 'invoices')
    room.give({ id: nextId('delete'), type: 'message/delete', messageId: id, at: now }, muster, now)
    expect(conversationIn(room, conversationId).alike).toBe('cards')
    expect(room.get<Message>(`message/${id}`)?.alike).toBeNull()
  })
})
