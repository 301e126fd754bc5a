import type { Health } from '@muster/server/channels/channel.ts'
import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { LagWatch } from '@muster/server/desk/lag-watch.ts'
import { timelineOf } from '@muster/server/desk/picture.ts'
import { sealed } from '@muster/server/desk/sealing.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { Store } from '@muster/server/store/store.ts'
import type { ChannelRecord } from '@muster/shared/channel.ts'
import { expect, test } from 'vitest'
import { cora, declaring, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { withClock } from '../support/turned-clock.ts'

const objective = 30_000
const settings = { kind: 'webhook', replyUrl: null, longest: 100, deduplicates: true } as const
const day = 86_400_000
type Look = () => Pick<Health, 'state' | 'currentAt'>

onEachStore(shelf => {
  let days = 0

  /** An incident, a channel that feeds it, and two nodes; each look is two seconds after the one before. */
  async function setup() {
    const clock = { now: 1_700_000_000_000 + days++ * day }
    const counted = { commits: 0 }
    const store = counting(
      withClock(await shelf.open(), async () => clock.now),
      counted,
    )
    const desk = deskOn(store)
    const channel: ChannelRecord = {
      id: nextId('channel'),
      name: 'Support',
      enabled: true,
      incidentId: null,
      settings,
      lagObjectiveMs: objective,
    }
    await desk.handle(company.room, sealed(safe, { id: nextId(), type: 'channel/save', channel, secrets: {} }), cora)
    const declare = declaring({ channels: [channel.id] })
    await desk.handle(declare.id, declare, cora)
    await mirrorIncident(desk, declare.id)
    const receiving: Look = () => ({ state: 'receiving', currentAt: clock.now })
    const lines = Array.from({ length: 2 }, () => ({ look: receiving }))
    const nodes = lines.map(line => {
      const lineOf = (id: string) => (id === channel.id ? line.look() : receiving())
      return new LagWatch({ desk: deskOn(store), lineOf })
    })
    const pass = async (seconds: number) => {
      for (let passed = 0; passed < seconds; passed += 2) {
        clock.now += 2_000
        await Promise.all(nodes.map(node => node.look()))
      }
    }
    const told = async () => {
      const { moments } = await timelineOf(store, declare.id, null)
      return moments.filter(({ type }) => type.startsWith('channel/')).reverse()
    }
    /** From this moment on nothing is read: the line says so, or does not even know. */
    const away = (of: number[], state: Health['state']) => {
      const since = clock.now
      for (const index of of) (lines[index] as (typeof lines)[0]).look = () => ({ state, currentAt: since })
    }
    const back = (of: number[]) => {
      for (const index of of) (lines[index] as (typeof lines)[0]).look = receiving
    }
    /** As after a start: connected perhaps, and nothing was read yet. */
    const begin = (of: number[]) => {
      for (const index of of)
        (lines[index] as (typeof lines)[0]).look = () => ({ state: 'connecting', currentAt: null })
    }
    const end = async () => {
      await desk.handle(declare.id, { id: nextId(), type: 'incident/resolve', incidentId: declare.id }, cora)
      await mirrorIncident(desk, declare.id)
    }
    return { clock, counted, desk, pass, told, away, begin, back, end }
  }

  function counting(store: Store, counted: { commits: number }): Store {
    return new Proxy(store, {
      get: (target, name: keyof Store) => {
        if (name === 'commit') counted.commits++
        const own = target[name]
        return typeof own === 'function' ? own.bind(target) : own
      },
    })
  }

  test('[CH60] while all is well nothing is written', async () => {
    const { counted, pass, told, end } = await setup()
    await pass(2)
    const before = counted.commits
    await pass(60)
    expect(counted.commits).toBe(before)
    expect(await told()).toEqual([])
    await end()
  })

  test('[CH60] a channel to which no node is connected is told within 15 seconds, once, and once when it has caught up', async () => {
    const { clock, pass, told, away, back, end } = await setup()
    await pass(10)
    const paused = clock.now
    away([0, 1], 'away')
    await pass(14)
    const [lagging, ...more] = await told()
    expect(more).toEqual([])
    expect(lagging).toMatchObject({ type: 'channel/lagging', by: null, detail: { channel: 'Support' } })
    expect((lagging?.at ?? Infinity) - paused).toBeLessThanOrEqual(15_000)
    await pass(60)
    expect(await told()).toHaveLength(1)
    back([0, 1])
    await pass(60)
    expect(await told()).toMatchObject([{ type: 'channel/lagging' }, { type: 'channel/caught-up' }])
    expect((await told())[1]?.detail.seconds).toBeGreaterThanOrEqual(74)
    away([0, 1], 'away')
    await pass(20)
    expect(await told()).toHaveLength(3)
    await end()
  })

  test('[CH60] while one node is connected nothing is behind, whatever the other sees and however long', async () => {
    const { pass, told, away, end } = await setup()
    await pass(10)
    away([1], 'away')
    await pass(180)
    expect(await told()).toEqual([])
    away([0], 'connecting')
    await pass(14)
    expect(await told()).toMatchObject([{ type: 'channel/lagging' }])
    await end()
  })

  test('[CH60] a connection that is lost and made anew within seconds is not told', async () => {
    const { pass, told, away, back, end } = await setup()
    await pass(10)
    away([0, 1], 'connecting')
    await pass(6)
    back([0, 1])
    await pass(60)
    expect(await told()).toEqual([])
    await end()
  })

  test('[CH60] one that stands but brings nothing to its end is told after its objective', async () => {
    const { clock, pass, told, away, back, end } = await setup()
    await pass(10)
    const stood = clock.now
    away([0, 1], 'receiving')
    await pass(objective / 1_000 - 2)
    expect(await told()).toEqual([])
    await pass(14)
    const [lagging] = await told()
    expect((lagging?.at ?? Infinity) - stood).toBeLessThanOrEqual(objective + 15_000)
    expect(lagging?.detail.seconds).toBeGreaterThanOrEqual(objective / 1_000)
    back([1])
    await pass(10)
    expect(await told()).toMatchObject([{ type: 'channel/lagging' }, { type: 'channel/caught-up' }])
    await end()
  })

  test('[CH60] [CH81] one that connects again and is not read to its end has not caught up', async () => {
    const { pass, told, away, begin, back, end } = await setup()
    await pass(10)
    away([0, 1], 'away')
    await pass(20)
    begin([0, 1])
    await pass(120)
    expect(await told()).toMatchObject([{ type: 'channel/lagging' }])
    back([0, 1])
    await pass(10)
    expect(await told()).toMatchObject([{ type: 'channel/lagging' }, { type: 'channel/caught-up' }])
    await end()
  })

  test('[CH60] what a node that died left behind is put right by the next', async () => {
    const { desk, clock, pass, told, away, end } = await setup()
    away([0, 1], 'away')
    await pass(14)
    expect(await told()).toHaveLength(1)
    clock.now += 120_000
    const fine = new LagWatch({ desk, lineOf: () => ({ state: 'receiving', currentAt: null }) })
    await fine.look()
    expect(await told()).toMatchObject([{ type: 'channel/lagging' }, { type: 'channel/caught-up' }])
    await end()
  })
})
