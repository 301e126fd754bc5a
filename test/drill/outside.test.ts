import { Letters } from '@muster/server/drill/letters.ts'
import { Network } from '@muster/server/drill/network.ts'
import { Outside } from '@muster/server/drill/outside.ts'
import { Random } from '@muster/server/drill/random.ts'
import { longestOn, playReal, populationOf, recordOf } from '@muster/server/drill/real-networks.ts'
import { expect, test } from 'vitest'

const pace = { most: 5, perMs: 30_000 }

function play() {
  const random = new Random(1)
  const hooks = new Network({ accounts: [], random, now: () => 5 })
  const real = playReal({ pace, random, now: () => 5, url: 'http://127.0.0.1:9' })
  return { real, outside: new Outside(hooks, Object.values(real)) }
}

const reply = (replyId: string) => ({ replyId, address: '@kim', inReplyTo: '7', text: 'Hello' })

test('[OP4] what customers see on all networks is told once, in its order, and written down', () => {
  const { real, outside } = play()
  const seen: string[] = []
  outside.onShown = ({ replyId }) => seen.push(replyId)
  outside.weather = 'fair'
  real.x?.postbox.hand(reply('r-1'))
  real.mastodon?.postbox.hand(reply('r-2'))
  expect(seen).toEqual(['r-1', 'r-2'])
  expect(outside.shown.map(({ replyId }) => replyId)).toEqual(seen)
  expect(outside.handed).toHaveLength(2)
  expect(outside.fates).toEqual({ 'mastodon: 200': 1, 'x: 200': 1 })
})

test('[OP13] a lead looks for what a channel cannot find out: on X, that a reply is not there', () => {
  const { real, outside } = play()
  outside.weather = 'fair'
  real.x?.postbox.hand(reply('r-1'))
  const onX = { channelId: real.x?.channelId ?? '' }
  expect(outside.look({ id: 'r-1', ...onX })).toBeNull()
  expect(outside.look({ id: 'r-2', ...onX })).toBe(false)
  expect(outside.look({ id: 'r-2', channelId: real.mastodon?.channelId ?? '' })).toBeNull()
  expect(outside.look({ id: 'r-2', channelId: 'steady' })).toBe(false)
})

test('[OP9] without real networks a drill has its two webhooks alone, and nothing is written down of what they were handed', () => {
  const outside = new Outside(new Network({ accounts: [], random: new Random(1), now: () => 5 }))
  expect(outside.handed).toBeNull()
  expect(populationOf({})).toBeUndefined()
  expect(longestOn({}, 'steady')).toBe(Number.POSITIVE_INFINITY)
})

test('[OP9] [OP11] half of the customers live on real networks, whose channels let out what the network takes', async () => {
  const { real, outside } = play()
  expect(populationOf(real)).toEqual({ steady: 25, forgetful: 25, mastodon: 25, x: 25 })
  for (const network of outside.real) {
    await network.listen()
    const { channel } = recordOf(network, 'i-1', pace)
    expect(channel).toMatchObject({ id: network.channelId, incidentId: 'i-1', pace })
    expect(JSON.stringify(channel.settings)).toContain('http://127.0.0.1:')
  }
  expect(longestOn(real, real.x?.channelId ?? '')).toBe(280)
  await outside.close().catch(() => {})
})

test('[OP11] a text is the last reply that was written to somebody in these words', () => {
  const letters = new Letters()
  const ann = { channelId: 'x', address: '@ann' }
  letters.wrote('r-1', ann, 'Hello')
  letters.wrote('r-2', ann, 'Hello')
  letters.wrote('r-3', { ...ann, address: '@bob' }, 'Hello')
  letters.changed('r-3', 'Hello, and sorry')
  letters.changed('r-9', 'Hello')
  expect(letters.replyOf(ann, 'Hello')).toBe('r-2')
  expect(letters.replyOf({ ...ann, address: '@bob' }, 'Hello, and sorry')).toBe('r-3')
  expect(letters.replyOf(ann, 'Hello, and sorry')).toBeNull()
})
