import { compareScreens } from './comparison.ts'
import { type Cast, Crowd } from './crowd.ts'
import { Customers } from './customers.ts'
import type { Level } from './level.ts'
import type { Account } from './network.ts'
import { Notebook } from './notebook.ts'
import type { Observations } from './observation.ts'
import type { Outside } from './outside.ts'
import type { Pauses } from './pauses.ts'
import { perform } from './performance.ts'
import { Random } from './random.ts'
import { readConversations, readSnapshot } from './reading.ts'
import { populationOf, type RealNetworks } from './real-networks.ts'
import { type HookName, Surge } from './surge.ts'

export type Scenario = { level: Level; ms: number; seed: number; leaseMs: number; epochEveryMs: number }

export type Setting = {
  url: string
  incidentId: string
  cast: Cast
  network: Outside
  accounts: Readonly<Record<HookName, Account>>
  /** Networks that are played as they are, beside the webhooks. */
  real: RealNetworks
  now: () => number
  /** Hears how far it is. */
  say: (sentence: string) => void
  /** Troubles the server until the pauses are over, and leaves it running. */
  trouble: (pauses: Pauses) => Promise<void>
  /** Called when all is quiet, before everything is read: the last chance to end the server and start it again. */
  beforeReading: () => Promise<void>
}

export type Told = {
  observations: Observations
  episodes: Readonly<Record<string, number>>
  connections: number
  resets: number
  observerResets: number
}

/**
 * One drill from the first screen to the last reading:
 *
 *     everybody opens a screen ─▶ the surge: customers write, people answer, leaders lead, trouble comes
 *       ─▶ what waits for a limit leaves, the weather clears, what is under way is finished ─▶ quiet ─▶ screens are compared, everything is read
 */
export async function run(scenario: Scenario, setting: Setting): Promise<Told> {
  const { level, ms, seed } = scenario
  const { network, say } = setting
  const random = new Random(seed)
  const notebook = new Notebook()
  const crowd = new Crowd({ ...setting, level, notebook })
  try {
    say(`${crowd.seats.length} people open their screens.`)
    await crowd.open()
    const { facts, wordings } = crowd.guidance
    const guidance = { ...facts, wordings }
    const { isFair } = network
    const surge = new Surge(level, ms, seed, populationOf(setting.real))
    const customers = new Customers({ ...setting, surge, random: random.fork('customers') })
    network.onShown = shown => customers.answered(shown)
    network.letters = notebook.letters
    say(`The surge begins: ${ms / 60_000} minutes at level ${level.name}, seed ${seed}.`)
    await perform(scenario, setting, { crowd, customers, notebook, random })
    await setting.beforeReading()
    await crowd.untilLive(30_000)
    say('All is quiet; everything is read and compared.')
    const reader = { ...setting, persona: setting.cast.observer }
    const screens = await compareScreens(crowd, () => readSnapshot(reader))
    const read = await readConversations(
      reader,
      (await readSnapshot(reader)).conversations.map(({ id }) => id),
    )
    const { episodes, ...noted } = notebook.pages
    const seen = { posts: customers.posts, shown: network.shown, log: crowd.log, sights: crowd.sights }
    const { handed } = network
    return {
      observations: { ...noted, ...seen, screens, read, guidance, ...(handed !== null && { handed, isFair }) },
      episodes,
      connections: crowd.total('connections'),
      resets: crowd.total('resets'),
      observerResets: crowd.observer.counts.resets - 1,
    }
  } finally {
    crowd.close()
  }
}
