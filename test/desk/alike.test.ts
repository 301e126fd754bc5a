import { Alikes } from '@muster/server/desk/alike.ts'
import { askOf } from '@muster/server/desk/ask.ts'
import type { Desk } from '@muster/server/desk/desk.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { snapshotOf } from '@muster/server/desk/picture.ts'
import { StoreUnavailable } from '@muster/server/store/store.ts'
import { beforeAll, expect, test } from 'vitest'
import { arrivalOf, arriving, cora, declaring, muster, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'

const cards = ['Hi Ann, my card was declined twice today, order 4711', 'my card was declined twice today! order 5']

onEachStore(shelf => {
  let desk: Desk
  let other: Desk
  let ask: ReturnType<typeof askOf>

  beforeAll(async () => {
    desk = deskOn(await shelf.open())
    other = deskOn(await shelf.open())
    const none = () => Promise.reject(new Error('not part of this'))
    const acts = { retryQuarantined: none, invite: none, openJoin: none, startDrill: none, stopDrill: none }
    ask = askOf(desk, { ...acts, incidentDeclared: async () => {} }, safe)
  })

  const declare = async () => {
    const channels = [nextId('channel'), nextId('channel')] as const
    const command = declaring({ channels: [...channels] })
    await ask(cora, command)
    const write = (intake: Intake, text: string, { channel = channels[0], ...given } = {}) => {
      const address = `${nextId('customer')}@example.com`
      const arrival = arrivalOf({ text, from: { address, name: 'Kim' }, ...given })
      return intake
        .take({ id: channel, incidentId: null }, { type: 'arrival', arrival })
        .then(() => ({ channel, arrival, address }))
    }
    /** The group of whoever has this address. */
    const groupOf = async ({ address }: { address: string }) => {
      const { conversations = [] } = (await snapshotOf(desk.store, command.id)) ?? {}
      return conversations.find(({ human }) => human.address === address)?.alike
    }
    return { incidentId: command.id, channels, write, groupOf }
  }

  test('[MC26] what begins nearly the same is one group over channels and nodes', async () => {
    const { channels, write, groupOf } = await declare()
    const one = await write(new Intake(desk), cards[0] ?? '')
    const two = await write(new Intake(other), cards[1] ?? '', { channel: channels[1] })
    const three = await write(new Intake(other), 'How do I change the address of my account?')
    const groups = await Promise.all([one, two, three].map(groupOf))
    expect(groups).toEqual([expect.any(String), groups[0], expect.any(String)])
    expect(groups[2]).not.toBe(groups[0])
  })

  test('[MC26] a group goes on after a restart, also where its first was answered and went', async () => {
    const { channels, write, groupOf } = await declare()
    const first = await write(new Intake(desk), cards[0] ?? '')
    const second = await write(new Intake(desk), cards[1] ?? '')
    const group = await groupOf(second)
    const { externalId } = first.arrival
    const gone = { type: 'deleted', externalId, at: 5 } as const
    await new Intake(desk).take({ id: channels[0], incidentId: null }, gone)
    expect(await groupOf(first)).toBeNull()
    expect(await groupOf(await write(new Intake(desk), cards[0] ?? ''))).toBe(group)
  })

  test('[MC26] a node that knows a room hears half a second later what came to another', async () => {
    const { incidentId, write, groupOf } = await declare()
    let now = 0
    const knowing = new Alikes(desk.store, () => now)
    expect(await knowing.groupOf(incidentId, 'Something quite different, nothing like it.', 'own')).toBe('own')
    const group = await groupOf(await write(new Intake(other), cards[0] ?? ''))
    now = 500
    expect(await knowing.groupOf(incidentId, cards[1] ?? '', 'mine')).toBe(group)
  })

  test('[MC26] groups that two nodes began at once are one a while later, on both', async () => {
    const { incidentId } = await declare()
    let now = 0
    const nodes = [desk, other].map(each => new Alikes(each.store, () => now))
    const groups = (text: string) =>
      Promise.all(nodes.map((alikes, node) => alikes.groupOf(incidentId, text, `own-${node}`)))
    expect(await groups(cards[0] ?? '')).toEqual(['own-0', 'own-1'])
    for (const [node, alike] of ['own-0', 'own-1'].entries()) {
      const arrival = arrivalOf({ text: cards[0] ?? '', from: { address: `${nextId()}@example.com`, name: 'Kim' } })
      await (node === 0 ? desk : other).handle(incidentId, { ...arriving(arrival), alike }, muster)
    }
    now = 60_000
    expect(await groups(cards[1] ?? '')).toEqual(['own-0', 'own-0'])
  })

  test('[MC26] no message waits until everything that came before it was read', async () => {
    const { incidentId } = await declare()
    const { store } = desk
    const slow = {
      top: () => new Promise<never>(() => {}),
      lines: store.lines.bind(store),
      list: store.list.bind(store),
      read: store.read.bind(store),
    }
    const alikes = new Alikes(slow, () => 0, 5)
    expect(await alikes.groupOf(incidentId, cards[0] ?? '', 'own')).toBe('own')
    expect(await alikes.groupOf(incidentId, cards[1] ?? '', 'mine')).toBe('own')
  })

  test('[MC27] what was written in an incident to which nothing comes any more is forgotten', async () => {
    const { incidentId } = await declare()
    let now = 0
    const alikes = new Alikes(desk.store, () => now)
    await alikes.groupOf(incidentId, cards[0] ?? '', 'own')
    now = 3_600_000
    alikes.sweep()
    expect(alikes.size).toBe(1)
    now += 1
    alikes.sweep()
    expect(alikes.size).toBe(0)
  })

  test('[MC26] of many that come at once each is in the group of the first', async () => {
    const { write, groupOf } = await declare()
    const intake = new Intake(desk)
    const came = await Promise.all(Array.from({ length: 40 }, (_, order) => write(intake, `${cards[0]} ${order}`)))
    expect(new Set(await Promise.all(came.map(groupOf))).size).toBe(1)
  })

  test('[MC27] what is changed goes to the group of its new words, and no more joins it where it was', async () => {
    const { channels, write, groupOf } = await declare()
    const intake = new Intake(desk)
    const first = await write(intake, cards[0] ?? '')
    const before = await groupOf(first)
    const arrival = { ...first.arrival, text: 'How do I change the address of my account?' }
    await intake.take({ id: channels[0], incidentId: null }, { type: 'edited', arrival, at: 10 })
    const after = await groupOf(first)
    expect(after).not.toBe(before)
    expect(await groupOf(await write(new Intake(other), 'how do i change the address of my account'))).toBe(after)
  })

  test('[MC26] what needs no answer is in no group', async () => {
    const { incidentId, write } = await declare()
    await write(new Intake(desk), cards[0] ?? '', { automatic: 'auto-reply' } as object)
    expect(await new Alikes(desk.store).groupOf(incidentId, cards[1] ?? '', 'own')).toBe('own')
  })

  test('[CH1] where the store cannot be read a message is not taken, and may be given again', async () => {
    const { incidentId } = await declare()
    const away = { ...desk.store, top: () => Promise.reject(new StoreUnavailable('the store is away')) }
    const alikes = new Alikes(away)
    await expect(alikes.groupOf(incidentId, 'My card was declined.', 'own')).rejects.toThrow(StoreUnavailable)
  })
})
