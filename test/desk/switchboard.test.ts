import type { Channel, Health, Received } from '@muster/server/channels/channel.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { readingMessagesAgain, retryOf } from '@muster/server/desk/quarantine.ts'
import { sealed } from '@muster/server/desk/sealing.ts'
import { Switchboard } from '@muster/server/desk/switchboard.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { type Store, StoreUnavailable } from '@muster/server/store/store.ts'
import type { ChannelRecord, ChannelSecrets } from '@muster/shared/channel.ts'
import { defectOf } from '@muster/shared/defect.ts'
import { expect, test } from 'vitest'
import { arrivalOf, cora, lena, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { until } from '../support/until.ts'

/** A network that notes how it was opened, closed and received from. */
class Watched extends Network {
  closed = false
  readable = false
  doing: Health = { state: 'receiving', complaint: null, currentAt: null }
  readonly place: { load(): Promise<unknown>; save(watermark: Record<string, unknown>): Promise<void> }[] = []

  override async receive(...[, place, signal]: Parameters<Channel['receive']>): Promise<void> {
    this.place.push(place)
    await new Promise(resolve => signal.addEventListener('abort', resolve))
  }

  override async reread(): Promise<Received> {
    return this.readable
      ? { type: 'arrival', arrival: arrivalOf({ externalId: 'mended' }) }
      : {
          type: 'unreadable',
          unreadable: { externalId: 'broken', defect: defectOf('empty', 'It has no end.'), raw: new Uint8Array() },
        }
  }

  override health(): Health {
    return this.doing
  }

  override async close(): Promise<void> {
    this.closed = true
  }
}

/** A store that loses who follows it, and is away for so many reads and looks at its top. */
class Faltering {
  lose = () => {}
  topsAway = 0
  readsAway = 0

  over(store: Store): Store {
    const follow: Store['follow'] = (room, from, listener, lost) => {
      this.lose = lost
      return store.follow(room, from, listener, lost)
    }
    const top: Store['top'] = room => (this.topsAway-- > 0 ? away() : store.top(room))
    const read: Store['read'] = (room, keys) => (this.readsAway-- > 0 ? away() : store.read(room, keys))
    return new Proxy(store, {
      get: (target, name: keyof Store) => {
        const own = { follow, top, read }[name as 'follow' | 'top' | 'read'] ?? target[name]
        return typeof own === 'function' ? own.bind(target) : own
      },
    })
  }
}

async function away(): Promise<never> {
  throw new StoreUnavailable('It is away.')
}

onEachStore(shelf => {
  async function setup() {
    const store = await shelf.open()
    const desk = deskOn(store)
    const faltering = new Faltering()
    const faults: string[] = []
    const intake = new Intake(desk)
    const opened: { channel: Watched; secrets: ChannelSecrets }[] = []
    const take = (channel: ChannelRecord, received: Received) => intake.take(channel, received)
    const switchboard = new Switchboard({
      desk: deskOn(faltering.over(store)),
      safe,
      take,
      clock: Date.now,
      fault: (error, about) => {
        faults.push(`${about}: ${String(error)}`)
        return 'reference-7'
      },
      open: (record, secrets) => {
        const channel = new Watched(record.id)
        opened.push({ channel, secrets })
        return channel
      },
    })
    await switchboard.start()
    const id = nextId('channel')
    const save = (enabled: boolean, secrets: ChannelSecrets = {}) => {
      const settings = { kind: 'webhook', replyUrl: null, longest: 100, deduplicates: true } as const
      const channel = { id, name: id, enabled, incidentId: null, settings }
      const command = { id: nextId(), type: 'channel/save', channel, secrets } as const
      return desk.handle(company.room, sealed(safe, command), cora)
    }
    const mine = () => opened.filter(({ channel }) => channel.id === id)
    return { desk, switchboard, intake, save, mine, id, faltering, faults }
  }

  test('[CH6] a channel is opened when it is saved, anew when it changes, and secrets that are left out stay', async () => {
    const { switchboard, save, mine, id, faults } = await setup()
    await save(true, { password: 'first' })
    await until('it to be open', () => switchboard.channel(id))
    await save(true)
    await until('it to be open anew', () => mine().length === 2)
    expect(mine().map(({ secrets }) => secrets)).toEqual([{ password: 'first' }, { password: 'first' }])
    expect(mine()[0]?.channel.closed).toBe(true)
    await save(false)
    await until('it to be closed', () => switchboard.channel(id) === null && mine()[1]?.channel.closed)
    expect(faults).toEqual([])
    await switchboard.close()
  })

  test('[WB120] a channel that was just switched on is connecting until it is open, and off only when it is switched off', async () => {
    const { switchboard, id } = await setup()
    const settings = { kind: 'webhook', replyUrl: null, longest: 100, deduplicates: true } as const
    const record = { id, name: id, incidentId: null, settings }
    expect(switchboard.health({ ...record, enabled: true }).state).toBe('connecting')
    expect(switchboard.health({ ...record, enabled: false }).state).toBe('off')
    await switchboard.close()
  })

  test('[CH88] channels by which nothing comes in, or is read too late, are counted; one that is switched off is not', async () => {
    const { switchboard, save, mine } = await setup()
    await save(true)
    const channel = (await until('it to be open', () => mine()[0]?.channel)) as Watched
    expect(switchboard.troubled()).toBe(0)
    channel.doing = { state: 'away', complaint: null, currentAt: null }
    expect(switchboard.troubled()).toBe(1)
    channel.doing = { state: 'receiving', complaint: null, currentAt: Date.now() - 61_000 }
    expect(switchboard.troubled()).toBe(1)
    channel.doing = { state: 'receiving', complaint: null, currentAt: Date.now() }
    expect(switchboard.troubled()).toBe(0)
    channel.doing = { state: 'away', complaint: null, currentAt: null }
    await save(false)
    await until('it to be closed', () => channel.closed)
    expect(switchboard.troubled()).toBe(0)
    await switchboard.close()
  })

  test('[CH85] a log that is lost while the store is away is followed again once it is there, and what was saved meanwhile counts', async () => {
    const { switchboard, save, mine, id, faltering, faults } = await setup()
    await save(true)
    await until('it to be open', () => switchboard.channel(id))
    faltering.topsAway = 2
    faltering.lose()
    await until('the store to have been asked in vain', () => faults.length === 2)
    await save(false)
    await until('it to be closed', () => switchboard.channel(id) === null && mine()[0]?.channel.closed)
    expect(new Set(faults)).toEqual(new Set(['channels: StoreUnavailable: It is away.']))
    await save(true)
    await until('it to be open again', () => switchboard.channel(id))
    await switchboard.close()
  })

  test('[CH85] what is told of a channel while the store cannot be read is read once it can', async () => {
    const { switchboard, save, id, faltering, faults } = await setup()
    faltering.readsAway = 1
    await save(true)
    await until('it to be open', () => switchboard.channel(id))
    expect(faults).toEqual([`channel ${id}: StoreUnavailable: It is away.`])
    expect(switchboard.own(id)?.complaint).toBeNull()
    await switchboard.close()
  })

  test('[CH85] whoever waits for a store that is away is let go when it is closed', async () => {
    const { switchboard, save, id, faltering, faults } = await setup()
    faltering.readsAway = Infinity
    await save(true)
    await until('it to have been read in vain', () => faults.length > 0)
    await switchboard.close()
    expect(switchboard.channel(id)).toBeNull()
  })

  test('[CH1] where a channel got to is there when it is opened again', async () => {
    const { switchboard, save, mine, faults } = await setup()
    await save(true)
    const place = await until('it to receive', () => mine()[0]?.channel.place[0])
    expect(await place?.load()).toBeNull()
    await place?.save({ uid: 7 })
    await save(true)
    const again = await until('it to receive again', () => mine()[1]?.channel.place[0])
    expect(await again?.load()).toEqual({ uid: 7 })
    expect(faults).toEqual([])
    await switchboard.close()
  })

  test('[CH2] [WB131] a quarantined message is tried again: it stays, or is taken in and out of quarantine', async () => {
    const { desk, switchboard, intake, save, mine, id, faults } = await setup()
    await save(true)
    await until('it to be open', () => switchboard.channel(id))
    const unreadable = { externalId: 'broken', defect: defectOf('empty', 'It has no end.'), raw: new Uint8Array([7]) }
    await intake.take({ id, incidentId: null }, { type: 'unreadable', unreadable })
    const quarantined = async () =>
      (await desk.store.list(company.room, company.quarantined, { after: null, limit: 500 }))
        .map(({ stored }) => stored.value as { id: string; channelId: string })
        .filter(({ channelId }) => channelId === id)
    const [kept] = await quarantined()
    const message = readingMessagesAgain({
      switchboard,
      takeIn: (channel, received) => intake.takeIn(channel, received),
    })
    const retry = retryOf({ desk, again: { message, alert: message } })
    expect(await retry(lena, nextId(), kept?.id ?? '')).toMatchObject({
      type: 'refused',
      refusal: { code: 'left-in-quarantine', why: 'defect', sentence: expect.stringContaining('It has no end.') },
    })
    expect(await quarantined()).toHaveLength(1)
    for (const { channel } of mine()) channel.readable = true
    const command = nextId()
    expect(await retry(lena, command, kept?.id ?? '')).toMatchObject({ type: 'done' })
    expect(await quarantined()).toEqual([])
    // A screen that did not hear the answer asks again.
    expect(await retry(lena, command, kept?.id ?? '')).toMatchObject({ type: 'done' })
    expect(await retry(lena, nextId(), kept?.id ?? '')).toMatchObject({ refusal: { code: 'not-found' } })
    const waiting = await desk.store.list(company.room, company.unclaimedArrivals, { after: null, limit: 500 })
    expect(waiting.map(({ stored }) => stored.value)).toContainEqual(
      expect.objectContaining({ channelId: id, arrival: expect.objectContaining({ externalId: 'mended' }) }),
    )
    expect(faults).toEqual([])
    await switchboard.close()
  })
})
