import { conflict } from '@muster/shared/conflict.ts'
import { type ChannelTrial, finding, went } from '@muster/shared/trial.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Door } from './door.ts'

const settings = { kind: 'webhook', replyUrl: null, longest: 500, deduplicates: true } as const
const channel = { id: 'hook', name: 'Hook', enabled: true, incidentId: null, settings }

const there = went('reach', finding('reached', 'It is there.', { values: { host: 'it' } }))

const refusal = conflict('secret-elsewhere', { secrets: 'token' }, 'secrets.token')

let door: Door
const wishes: ChannelTrial[] = []
beforeAll(async () => {
  const tryChannel = async (wish: ChannelTrial) => {
    wishes.push(wish)
    return wish.channel.id === 'moved' ? { refusal } : { trials: [there] }
  }
  door = await Door.open({ tryChannel })
})
afterAll(() => door.close())

test('[CH70] a commander tries a channel out; what is wrong in the wish is named', async () => {
  const cookie = await door.enter('Cora', 'commander')
  const secrets = { password: 'the mailbox password' }
  const answer = await door.post('/api/channels/try', { channel, secrets, to: 'kim@example.com' }, { cookie })
  expect(await answer.json()).toEqual({ trials: [there] })
  expect(wishes).toEqual([{ channel, secrets, to: 'kim@example.com' }])
  const wrong = await door.post('/api/channels/try', { channel: { ...channel, id: 'a b' } }, { cookie })
  expect(await wrong.json()).toMatchObject({ type: 'invalid', issues: [{ field: 'channel.id' }] })
  expect(door.logged).not.toContain('the mailbox password')
})

test('[AC25] a trial that would send a saved secret elsewhere is refused like a save', async () => {
  const cookie = await door.enter('Clio', 'commander')
  const answer = await door.post('/api/channels/try', { channel: { ...channel, id: 'moved' } }, { cookie })
  expect(answer.status).toBe(409)
  expect(await answer.json()).toEqual({ type: 'refused', refusal })
})

test('[CH72] who tries more than ten times a minute is told how long to wait; others are not kept from it', async () => {
  const [cookie, other] = [await door.enter('Carl', 'commander'), await door.enter('Cleo', 'commander')]
  for (let count = 0; count < 10; count++) {
    expect((await door.post('/api/channels/try', { channel }, { cookie })).status).toBe(200)
  }
  const tooMany = await door.post('/api/channels/try', { channel }, { cookie })
  expect(tooMany.status).toBe(429)
  expect(Number(tooMany.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await door.post('/api/channels/try', { channel }, { cookie: other })).status).toBe(200)
})
