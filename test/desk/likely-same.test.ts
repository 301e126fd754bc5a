import type { Desk } from '@muster/server/desk/desk.ts'
import { conversationOf } from '@muster/server/desk/picture.ts'
import { sealed } from '@muster/server/desk/sealing.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { ChannelRecord } from '@muster/shared/channel.ts'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { ada, arrivalOf, arriving, cora, declaring, muster, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'

const settings: ChannelRecord['settings'] = { kind: 'webhook', replyUrl: null, longest: 500, deduplicates: true }

onEachStore(shelf => {
  let desk: Desk
  let incidentId: string

  beforeAll(async () => {
    desk = deskOn(await shelf.open())
    for (const id of ['mail', 'posts']) {
      const channel = { id, name: id, enabled: true, incidentId: null, settings } as ChannelRecord
      await desk.handle(
        company.room,
        sealed(safe, { id: nextId('save'), type: 'channel/save', channel, secrets: {} }),
        cora,
      )
    }
  })
  beforeEach(async () => {
    const declare = declaring()
    incidentId = declare.id
    await desk.handle(incidentId, declare, cora)
    await desk.handle(incidentId, { id: nextId('join'), type: 'incident/join', incidentId }, ada)
  })

  async function write(
    channelId: string,
    address: string,
    name: string,
    text = 'Help.',
    identity: string | null = null,
  ) {
    const arrival = { ...arrivalOf({ text }), from: { address, name, reach: null, identity } }
    await desk.handle(incidentId, arriving(arrival, channelId), muster)
    return messageIdOf(channelId, arrival.externalId)
  }
  const suggestedFor = async (id: string) =>
    (await conversationOf(desk.store, incidentId, id))?.maybeSame.map(({ conversation, because }) => [
      conversation.id,
      because.why,
      ...(because.address === null ? [] : [because.address]),
    ])

  test('[MC24] who bears the same name on another channel is perhaps the same; on one channel names alone say nothing', async () => {
    const mail = await write('mail', 'kim@example.com', 'Kim Berg')
    await write('mail', 'anna@example.com', 'KIM  BERG')
    const post = await write('posts', '@someone', 'kim berg')
    expect(await suggestedFor(mail)).toEqual([[post, 'same-name']])
    expect(await suggestedFor(post)).toHaveLength(2)
  })

  test('[MC24] the same name with an address alike is, on one channel too', async () => {
    const mail = await write('mail', 'kim.berg@example.com', 'Kim Berg')
    const work = await write('mail', 'kimberg@work.example', 'Kim Berg')
    expect(await suggestedFor(mail)).toEqual([[work, 'alike', 'kimberg@work.example']])
  })

  test('[MC24] an address or a handle that somebody writes leads to whoever has it', async () => {
    const post = await write('posts', '@kim.bsky.social', 'K.')
    const other = await write('posts', 'lou@mastodon.example', 'Lou')
    const mail = await write(
      'mail',
      'a@example.com',
      'Anna',
      'On Bluesky I am @Kim.bsky.social, or lou@mastodon.example.',
    )
    expect(await suggestedFor(mail)).toEqual([
      [post, 'wrote-address', '@kim.bsky.social'],
      [other, 'wrote-address', 'lou@mastodon.example'],
    ])
    expect(await suggestedFor(post)).toEqual([])
  })

  test('[MC24] whoever was parted in spite of proof is shown, and nothing is merged by itself', async () => {
    const mail = await write('mail', 'kim@example.com', '', 'Help.', 'did:kim')
    await write('posts', '@kim', '', 'Help.', 'did:kim')
    const part = { type: 'conversation/part', conversationId: mail, channelId: 'posts', address: '@kim' } as const
    const parted = await desk.handle(incidentId, { id: nextId('part'), incidentId, ...part }, ada)
    const { other } = (parted.type === 'done' ? parted.answer : {}) as { other?: { id: string } }
    expect(await suggestedFor(other?.id ?? '')).toEqual([[mail, 'parted']])
  })

  test('[MC20] whoever follows an old link to a conversation that was merged reads the one it is in', async () => {
    const mail = await write('mail', 'kim@example.com', 'Kim')
    const post = await write('posts', '@kim', 'Kim')
    const merge = { type: 'conversation/merge', conversationId: mail, otherId: post } as const
    await desk.handle(incidentId, { id: nextId('merge'), incidentId, ...merge }, ada)
    const detail = await conversationOf(desk.store, incidentId, post)
    expect(detail).toMatchObject({ conversation: { id: mail, messages: 2 }, messages: [{}, {}] })
    expect(await conversationOf(desk.store, incidentId, 'none')).toBeNull()
  })

  test('[MC24] a few are shown and a bounded number is looked at, however many bear a name', async () => {
    const mail = await write('mail', 'kim@example.com', 'Kim')
    for (let index = 0; index < 40; index++) await write('posts', `@${index}`, 'Kim')
    expect(await suggestedFor(mail)).toHaveLength(5)
  })
})
