import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import { Ledger, LimitedNetwork } from '../support/limited-network.ts'
import { Pier } from '../support/pier.ts'
import { type Shelf, shelves } from '../support/stores.ts'

const minute = 60_000
const quarter = 15 * minute

// The time is foretold from budgets alone, whatever keeps them.
const [[, prepare]] = shelves as [(typeof shelves)[number]]
let shelf: Shelf
let pier: Pier
beforeAll(async () => {
  shelf = await prepare()
})
afterEach(() => pier.close())
afterAll(() => shelf.stop())

/** How far off a foretold waiting was: as a part of it, where it was longer than a minute. */
const errorOf = (handedIn: number, foretold: number, happened: number) =>
  Math.abs(foretold - happened) / Math.max(minute, happened - handedIn)

async function aMinute(worker: ReturnType<Pier['worker']>): Promise<void> {
  for (let tick = 0; tick < 6; tick++) {
    await pier.work(worker)
    pier.now += 10_000
  }
}

/** For 20 minutes 20 customers a minute are answered, those who waited for so long; then it drains. */
async function surge(networks: readonly LimitedNetwork[], waitedMs: (turn: number) => number): Promise<number[]> {
  for (const network of networks) await pier.save(network)
  const { weather } = pier.weather()
  const worker = pier.worker()
  const foretold: { id: string; at: number; leavesAt: number; network: LimitedNetwork }[] = []
  const write = async (network: LimitedNetwork, turn: number) => {
    const id = await pier.queued(network, { waitedMs: waitedMs(turn) })
    const leavesAt = (await weather.leavesAt(await pier.reply(id))) ?? 0
    foretold.push({ id, at: pier.now, leavesAt, network })
  }
  const happened = ({ id, network }: { id: string; network: LimitedNetwork }) => network.shownAt.get(id) ?? 0
  for (let passed = 0; passed < 150; passed++) {
    const customers = passed < 20 ? Array.from({ length: 20 }, (_, turn) => turn) : []
    for (const turn of customers) await write(networks[turn % networks.length] as LimitedNetwork, turn)
    await aMinute(worker)
    if (passed > 20 && foretold.every(happened)) break
  }
  return foretold.map(each => errorOf(each.at, each.leavesAt, happened(each)))
}

test.each([
  ['all who waited as long', 1, () => 10 * minute],
  ['some who waited for some minutes longer', 1, (turn: number) => (8 + ((turn * 7_919) % 5)) * minute],
  ['two accounts of one app', 2, () => 10 * minute],
] as const)(
  '[DL16] of a surge of %s nine of ten replies leave within a fifth of what was foretold',
  async (_what, count, waited) => {
    pier = await Pier.open(await shelf.open())
    const ledger = new Ledger()
    const app = { most: 50, perMs: quarter, pool: nextId('app') }
    const networks = Array.from({ length: count }, () => {
      const own = { most: 60, perMs: quarter, pool: nextId('pool') }
      const enforced = count > 1 ? [own, app] : [own]
      const given = { ledger, clock: () => pier.now, enforced, tells: 'left' } as const
      return pier.add(new LimitedNetwork(nextId('network'), given))
    })
    const errors = await surge(networks, waited)
    expect(errors).toHaveLength(400)
    expect(errors.filter(error => error <= 0.2).length / errors.length).toBeGreaterThanOrEqual(0.9)
    expect(networks.map(({ refusals }) => refusals)).toEqual(networks.map(() => 0))
  },
  180_000,
)
