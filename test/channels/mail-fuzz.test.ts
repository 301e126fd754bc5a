import { readFileSync } from 'node:fs'
import type { Arrival, Received } from '@muster/server/channels/channel.ts'
import { MailChannel } from '@muster/server/channels/mail.ts'
import { isMailAddress } from '@muster/server/channels/mail-address.ts'
import { askOf } from '@muster/server/desk/ask.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { fingerprint } from '@muster/server/domain/fingerprint.ts'
import { company, keyOf } from '@muster/server/domain/indexes.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import { MailSettings } from '@muster/shared/channel.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cora, declaring } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { histories } from '../support/histories.ts'
import { hasMailsOfOthers, pathsOfOthers } from '../support/mails-of-others.ts'
import { brokenBytes, brokenJson, brokenMail, chanceOf } from '../support/mutations.ts'
import { type Shelf, shelves } from '../support/stores.ts'
import { longestTurn, mailRecord, rawMail, surroundingsOf } from './workbench.ts'

const inboundKey = 'a key of the provider'
const atOnce = 32
const { numRuns, seed = 1 } = histories(400)
const corpus = [
  Buffer.from(rawMail({}, 'Hello')),
  Buffer.from(rawMail({ 'Content-Type': 'text/html; charset=utf-8' }, '<p>Hello <b>you</b></p>')),
  ...(hasMailsOfOthers ? pathsOfOthers().map(path => readFileSync(path)) : []),
]

let shelf: Shelf
let desk: ReturnType<typeof deskOn>
let intake: Intake
let incidentId: string
const channels: MailChannel[] = []

beforeAll(async () => {
  const prepare = shelves.find(([kind]) => kind === 'sqlite')?.[1]
  if (prepare === undefined) throw new Error('there is no such store')
  shelf = await prepare()
  desk = deskOn(await shelf.open())
  intake = new Intake(desk)
  const command = declaring({ channels: ['mailbox'] })
  incidentId = command.id
  const none = () => Promise.reject(new Error('not part of this'))
  const ask = askOf(
    desk,
    {
      retryQuarantined: none,
      invite: none,
      openJoin: none,
      startDrill: none,
      stopDrill: none,
      incidentDeclared: async () => {},
    },
    safe,
  )
  await ask(cora, command)
})
afterAll(async () => {
  await Promise.all(channels.map(channel => channel.close()))
  await shelf.stop()
})

function channelOf(inbound: 'raw' | 'postmark'): MailChannel {
  const smtp = { host: '127.0.0.1', port: 25, security: 'none', user: '' }
  const settings = MailSettings.parse({ kind: 'mail', address: 'support@muster.test', imap: null, smtp, inbound })
  const channel = new MailChannel(mailRecord(settings), settings, { inboundKey }, surroundingsOf().surroundings)
  channels.push(channel)
  return channel
}

const calling = (authorization: string, body: Buffer) => ({
  method: 'POST' as const,
  query: {},
  headers: { authorization },
  now: Date.now(),
  body,
})
const bearer = `Bearer ${inboundKey}`
const basic = `Basic ${Buffer.from(`any:${inboundKey}`).toString('base64')}`

function seemly({ externalId, from, subject, text, trimmed, anchor }: Arrival): void {
  expect([
    externalId.length <= 998,
    text.length <= 10_000,
    (subject ?? '').length <= 500,
    from.name.length <= 200,
  ]).toEqual([true, true, true, true])
  expect([isMailAddress(from.address), text.isWellFormed(), (trimmed ?? text).length <= text.length]).toEqual([
    true,
    true,
    true,
  ])
  expect(`${text}${subject}${from.name}`).not.toMatch(/[^\P{Cc}\n\t]/u)
  expect(JSON.stringify(anchor ?? {}).length).toBeLessThanOrEqual(4_096)
}

/** Takes in what was received and says where it is kept; fails where it is not. */
async function kept(received: Received): Promise<'message' | 'quarantine'> {
  await intake.take({ id: 'mailbox', incidentId: null }, received)
  if (received.type === 'arrival') {
    const { records } = await desk.store.read(incidentId, [
      keyOf.message(messageIdOf('mailbox', received.arrival.externalId)),
    ])
    expect(records[0]?.value).toBeTruthy()
    seemly(received.arrival)
    return 'message'
  }
  if (received.type !== 'unreadable') throw new Error(`a broken mail was read as ${received.type}`)
  const { records } = await desk.store.read(company.room, [
    company.quarantine(fingerprint('mailbox', received.unreadable.externalId)),
  ])
  expect(records[0]?.value).toBeTruthy()
  return 'quarantine'
}

/** Runs every history, some at once; a failure names the seed that brings it again. */
async function all(one: (seed: number) => Promise<string>): Promise<Record<string, number>> {
  const counted: Record<string, number> = {}
  for (let begun = 0; begun < numRuns; begun += atOnce) {
    const seeds = Array.from({ length: Math.min(atOnce, numRuns - begun) }, (_, more) => seed + begun + more)
    const ends = await Promise.all(
      seeds.map(each =>
        one(each).catch(error => {
          throw new Error(`again with MUSTER_HISTORIES=1 MUSTER_SEED=${each}: ${error}`, { cause: error })
        }),
      ),
    )
    for (const end of ends) counted[end] = (counted[end] ?? 0) + 1
  }
  return counted
}

/** Said before anything is timed: a process is started, and the code is read. */
async function warm(channel: MailChannel, body: Buffer, authorization: string): Promise<void> {
  expect(await channel.called(calling(authorization, body))).toMatchObject({ status: 200 })
}

test('[CH23] broken mails: each is stored or set aside, none stops the next, and the loop goes on', async () => {
  const channel = channelOf('raw')
  await warm(channel, Buffer.from(rawMail()), bearer)
  const longest = await longestTurn(async () => {
    const counted = await all(async each => {
      const chance = chanceOf(each)
      const raw = brokenMail(chance.of(corpus), chance)
      const { status, received } = await channel.called(calling(bearer, raw))
      if (raw.length === 0) return `refused with ${status}`
      expect([status, received.length]).toEqual([200, 1])
      return await kept(received[0] as Received)
    })
    console.info(`${numRuns} broken mails from seed ${seed}: ${JSON.stringify(counted)}`)
  })
  await kept((await channel.called(calling(bearer, Buffer.from(rawMail({}, 'the next one'))))).received[0] as Received)
  console.info(`the longest turn took ${longest.toFixed(1)} ms`)
  expect(longest).toBeLessThan(100)
}, 1_800_000)

test('[CH23] broken calls of a provider: each is stored, set aside or refused, and the next is taken', async () => {
  const channel = channelOf('postmark')
  const whole = { From: 'a@b.test', Headers: [{ Name: 'X', Value: '1' }], RawEmail: rawMail() }
  await warm(channel, Buffer.from(JSON.stringify(whole)), basic)
  const longest = await longestTurn(async () => {
    const counted = await all(async each => {
      const chance = chanceOf(each)
      const payload = brokenJson({ ...whole, RawEmail: brokenMail(chance.of(corpus), chance).toString() }, chance)
      const json = Buffer.from(JSON.stringify(payload))
      const body = chance.below(4) === 0 ? brokenBytes(json, chance) : json
      const { status, received } = await channel.called(calling(basic, body))
      if (received[0] !== undefined) return await kept(received[0])
      expect([403, 422]).toContain(status)
      return `refused with ${status}`
    })
    console.info(`${numRuns} broken calls from seed ${seed}: ${JSON.stringify(counted)}`)
  })
  await kept((await channel.called(calling(basic, Buffer.from(JSON.stringify(whole))))).received[0] as Received)
  console.info(`the longest turn took ${longest.toFixed(1)} ms`)
  expect(longest).toBeLessThan(100)
}, 1_800_000)
