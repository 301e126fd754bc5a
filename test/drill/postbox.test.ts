import { Postbox } from '@muster/server/drill/postbox.ts'
import { Random } from '@muster/server/drill/random.ts'
import { paceFor } from '@muster/server/drill/real-networks.ts'
import { Window } from '@muster/server/drill/window.ts'
import { expect, test } from 'vitest'

test('[OP11] a limit holds for any time in a row as long as it, to the message', () => {
  let now = 1_000
  const window = new Window({ most: 3, perMs: 10_000 }, () => now)
  expect([window.take(), window.take(), window.left]).toEqual([true, true, 1])
  now = 9_000
  expect([window.take(), window.take(), window.left, window.resetsAt]).toEqual([true, false, 0, 11_000])
  now = 11_000
  expect([window.take(), window.take(), window.take()]).toEqual([true, true, false])
})

test('[OP11] a network shows what it takes, takes nothing beyond its limit, and writes down all it was handed', () => {
  let now = 0
  const pace = { most: 2, perMs: 1_000 }
  const postbox = new Postbox({ channelId: 'x', pace, random: new Random(5), now: () => now })
  postbox.weather = 'fair'
  const reply = (replyId: string) => ({ replyId, address: '@kim', inReplyTo: '7', text: 'Hello' })
  const judged = ['r-1', 'r-2', 'r-3'].map(id => postbox.hand(reply(id)))
  expect(judged.map(each => each.type === 'answer' && [each.status, each.limited])).toEqual([
    [200, false],
    [200, false],
    [429, true],
  ])
  now = 1_000
  postbox.hand(reply('r-3'))
  postbox.hand(reply('r-3'), true)
  expect(postbox.shown.map(({ replyId }) => replyId)).toEqual(['r-1', 'r-2', 'r-3'])
  expect(postbox.handed.map(({ shown, told }) => [shown, told])).toEqual([
    [true, 'taken'],
    [true, 'taken'],
    [false, 'limited'],
    [true, 'taken'],
    [false, 'taken'],
  ])
})

test('[OP11] in rough weather a network takes replies without a word, and what it has already it never refuses', () => {
  const postbox = new Postbox({
    channelId: 'x',
    pace: { most: 1_000, perMs: 1 },
    random: new Random(5),
    now: () => 0,
  })
  for (let time = 0; time < 500; time++) postbox.hand({ replyId: `r-${time}`, address: '', inReplyTo: '', text: '' })
  const silent = postbox.handed.filter(({ shown, told }) => shown && told === 'nothing')
  expect(silent.length).toBeGreaterThan(20)
  for (let time = 0; time < 500; time++) {
    const judged = postbox.hand({ replyId: 'r-0', address: '', inReplyTo: '', text: '' }, true)
    expect(judged).not.toMatchObject({ status: 422 })
  }
  expect(postbox.shown.filter(({ replyId }) => replyId === 'r-0').length).toBeLessThanOrEqual(1)
})

test('[OP11] what may leave is less than what people of a level write, and never nothing', () => {
  expect(paceFor(60)).toEqual({ most: 5, perMs: 30_000 })
  expect(paceFor(1)).toEqual({ most: 1, perMs: 30_000 })
})
