import { afterEach, expect, test } from 'vitest'
import type { Giving } from '../support/faulty-imap.ts'
import { until } from '../support/until.ts'
import { endMailboxes, mailOf, receiving } from './mail-bench.ts'

afterEach(endMailboxes)

/** Has everything that is taken wait until it is let go. */
function gate() {
  let taking = 0
  let open = Promise.withResolvers<void>()
  open.resolve()
  return {
    take: async () => {
      taking++
      await open.promise
    },
    taking: () => taking,
    shut: () => {
      open = Promise.withResolvers()
    },
    letGo: () => open.resolve(),
  }
}

test('[CH81] a mailbox is connecting until what waits in it was read, and nobody knows how current it is', async () => {
  const { take, taking, shut, letGo } = gate()
  shut()
  const { channel } = await receiving(['gives', 'gives'], take)
  await until('both are being taken', () => taking() === 2)
  expect(channel.health()).toEqual({ state: 'connecting', complaint: null, currentAt: null })
  letGo()
  await until('it is receiving', () => channel.health().state === 'receiving')
  expect(channel.health()).toEqual({ state: 'receiving', complaint: null, currentAt: expect.any(Number) })
})

test('[CH81] [CH8] one that connects and is not read is away since it was, and as current as it was', async () => {
  const { take, taking, shut, letGo } = gate()
  const { mails, server, channel, desk } = await receiving(['gives'], take)
  await desk.arrived(1)
  await until('it is receiving', () => channel.health().state === 'receiving')
  for (const uid of [1, 2]) mails.set(uid, mailOf(uid, 'NO'))
  await until('it is away', () => channel.health().state === 'away')
  const before = channel.health()
  expect(before).toMatchObject({ complaint: { since: expect.any(Number) }, currentAt: expect.any(Number) })
  const seen = new Set<string>()
  const asked = server.asked.length
  await until('it connected and asked often', () => {
    seen.add(JSON.stringify(channel.health()))
    return server.asked.length > asked + 12
  })
  expect([...seen]).toEqual([JSON.stringify(before)])

  const taken = taking()
  shut()
  for (const uid of [1, 2]) mails.set(uid, mailOf(uid))
  await until('the second is being taken', () => taking() > taken)
  expect(channel.health()).toEqual(before)
  letGo()
  await until('it is receiving', () => channel.health().state === 'receiving')
  expect(channel.health().complaint).toBe(null)
  expect(channel.health().currentAt).toBeGreaterThan(before.currentAt ?? Infinity)
})

test('[CH81] one that was away and takes in what came meanwhile catches up, as current as it was, and is away again where that ends', async () => {
  const through = Promise.withResolvers<void>()
  let taken = 0
  const take = async () => {
    if (++taken > 51) await through.promise
  }
  const { mails, channel, desk } = await receiving(['gives'], take)
  await desk.arrived(1)
  await until('it is receiving', () => channel.health().state === 'receiving')
  const all = (giving: Giving) => {
    for (let uid = 1; uid <= 110; uid++) mails.set(uid, mailOf(uid, giving))
  }
  all('NO')
  await until('it is away', () => channel.health().state === 'away')
  const away = channel.health()
  all('gives')
  await until('the rest is being taken', () => taken > 51)
  expect(channel.health()).toEqual({ state: 'catching-up', complaint: null, currentAt: away.currentAt })
  all('NO')
  through.resolve()
  await until('it is away again', () => channel.health().state === 'away')
  expect(channel.health()).toMatchObject({ complaint: { since: away.complaint?.since }, currentAt: away.currentAt })
  all('gives')
  await until('it is receiving again', () => channel.health().state === 'receiving')
  expect(channel.health().currentAt).toBeGreaterThan(away.currentAt ?? Infinity)
})
