import { Random } from '@muster/server/drill/random.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import { Ledger, LimitedNetwork } from '../support/limited-network.ts'
import { Pier } from '../support/pier.ts'
import { type Shelf, shelves } from '../support/stores.ts'

const second = 1_000
const minute = 60_000
const quarter = 15 * minute
const seed = Number(process.env.MUSTER_SEED ?? 7)
/** How long customers go on writing. More of them make the proof longer, not other. */
const minutes = Number(process.env.MUSTER_MINUTES ?? 10)

// The time is foretold from budgets alone, whatever keeps them.
const [[, prepare]] = shelves as [(typeof shelves)[number]]
let shelf: Shelf
let pier: Pier
beforeAll(async () => {
  shelf = await prepare()
})
afterEach(() => pier.close())
afterAll(() => shelf.stop())

type Surge = {
  networks: readonly LimitedNetwork[]
  perMinute: number
  minutes: number
  /** How exactly times are measured. */
  tickMs: number
  waitedMs: (chance: () => number) => number
  reach?: (chance: () => number) => number
  /** Which share of sendings meets a network that takes nothing now. */
  busy?: number
}

/** Customers are answered for so long, then it drains: how far off each foretold wait was, as a part of it. */
async function errorsOf(surge: Surge): Promise<number[]> {
  const { networks, perMinute, minutes, tickMs, waitedMs, reach = () => 0, busy = 0 } = surge
  const random = new Random(seed)
  const chance = () => random.next()
  for (const network of networks) await pier.save(network)
  const { placing } = pier.weather()
  const worker = pier.worker()
  const foretold: { id: string; at: number; leavesAt: number; network: LimitedNetwork }[] = []
  const write = async () => {
    const network = networks[foretold.length % networks.length] as LimitedNetwork
    const id = await pier.queued(network, { waitedMs: waitedMs(chance), reach: reach(chance) })
    const leavesAt = (await placing.leavesAt(pier.incidentId, await pier.waiting(id))) ?? 0
    foretold.push({ id, at: pier.now, leavesAt, network })
  }
  const ends = pier.now + minutes * minute
  const happened = ({ id, network }: { id: string; network: LimitedNetwork }) => network.shownAt.get(id) ?? 0
  for (let due = 0; pier.now < ends || !foretold.every(happened); pier.now += tickMs) {
    due += pier.now < ends ? (perMinute * tickMs) / minute : 0
    for (; due >= 1; due -= 1) await write()
    for (const network of networks) if (network.ahead.length === 0 && chance() < busy) network.ahead.push('busy')
    await pier.work(worker)
  }
  return foretold.map(({ at, leavesAt, ...each }) => {
    const wait = leavesAt - at
    return Math.max(0, Math.abs(leavesAt - happened(each)) - 2 * tickMs) / Math.max(minute, wait)
  })
}

const own = (most: number, perMs: number) => ({ most, perMs, pool: nextId('pool') })
type Limit = ReturnType<typeof own>

/** Accounts of one app, each with a ledger of its own for what is its own. */
function accounts(count: number, limit: () => Limit, shared: Limit[] = [], documented?: Limit[]): LimitedNetwork[] {
  const ledger = new Ledger()
  return Array.from({ length: count }, () => {
    const enforced = [limit(), ...shared]
    const given = { ledger, clock: () => pier.now, enforced, tells: 'left' } as const
    return pier.add(new LimitedNetwork(nextId('network'), { ...given, documented: documented ?? enforced }))
  })
}

const usual = () => own(60, quarter)
const between = (low: number, high: number) => (chance: () => number) => low + chance() * (high - low)
const crowd = (chance: () => number) => 10 ** Math.floor(chance() * 7)
const wide = { perMinute: 20, minutes, tickMs: 10 * second } as const

const surges: [what: string, surge: () => Surge][] = [
  [
    'customers who waited as long',
    () => ({ ...wide, networks: accounts(1, usual), waitedMs: between(quarter, quarter) }),
  ],
  [
    'customers who waited for up to an hour',
    () => ({ ...wide, networks: accounts(1, usual), waitedMs: between(0, 60 * minute) }),
  ],
  [
    'customers whom nobody or a million follows',
    () => ({ ...wide, networks: accounts(1, usual), waitedMs: between(0, 30 * minute), reach: crowd }),
  ],
  [
    'two accounts of one app',
    () => ({ ...wide, networks: accounts(2, usual, [own(50, quarter)]), waitedMs: between(0, 30 * minute) }),
  ],
  [
    'replies of which a fifth is put off',
    () => ({ ...wide, networks: accounts(1, usual), waitedMs: between(0, 30 * minute), reach: crowd, busy: 0.2 }),
  ],
  [
    'replies by a network that takes less than it documents',
    () => ({
      ...wide,
      networks: accounts(1, usual, [], [own(100, quarter)]),
      waitedMs: between(0, 30 * minute),
      reach: crowd,
    }),
  ],
]

const shareFor = async (surge: () => Surge) => {
  pier = await Pier.open(await shelf.open())
  const errors = await errorsOf(surge())
  return errors.filter(error => error <= 0.2).length / errors.length
}

test.each(surges)(
  '[DL16] of a surge of %s nine of ten replies leave within a fifth of what was foretold',
  async (_, surge) => {
    expect(await shareFor(surge), `seed ${seed}`).toBeGreaterThanOrEqual(0.9)
  },
  180_000,
)

test('[DL16] three of four do where a network takes five at a time, and often fails', async () => {
  const small = () => ({
    networks: accounts(1, () => own(5, 30 * second)),
    perMinute: 15,
    minutes,
    tickMs: 500,
    waitedMs: between(0, 3 * minute),
    reach: crowd,
    busy: 0.02,
  })
  expect(await shareFor(small), `seed ${seed}`).toBeGreaterThanOrEqual(0.75)
}, 180_000)
