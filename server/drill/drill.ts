import { loadavg } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Seats } from './foundation.ts'
import { levels } from './level.ts'
import type { Pauses } from './pauses.ts'
import { Random } from './random.ts'
import { paceFor } from './real-networks.ts'
import { reportOf } from './report/report.ts'
import { run, type Scenario, type Told } from './run.ts'
import { faultsIn } from './server-log.ts'
import { buildTemporary, type Temporary } from './temporary.ts'
import type { Wish } from './wish.ts'

export type DrillReport = ReturnType<typeof reported>

type Watcher = {
  /** Hears how far it is. */
  say: (sentence: string) => void
  /** Ends the drill before its end; it then rejects. */
  signal?: AbortSignal
}

/** Nothing to run on: the sentence says what is missing. */
export class NotBuilt extends Error {
  override name = 'NotBuilt'
}

/**
 * Runs one drill on an installation made for it: with a Redis of its own where `redisUrl` names none. Rejects with
 * `NotBuilt` when that cannot be made, and otherwise when the server was lost on the way.
 */
export async function drill(wish: Wish, redisUrl: string | null, { say, signal }: Watcher): Promise<DrillReport> {
  const scenario = scenarioOf(wish)
  const { leaseMs } = scenario
  const seats = seatsOf(wish, scenario)
  const { store } = wish
  const random = new Random(wish.seed)
  const pace = wish.chaos ? paceFor(scenario.level.repliesPerMinute) : null
  const wanted = { store, ...seats, leaseMs, random, now, redisUrl, pace, fair: wish.chaos === 'limits' }
  const installation = await buildTemporary(wanted).catch((error: Error) => {
    throw new NotBuilt(error.message, { cause: error })
  })
  const lag = monitorEventLoopDelay()
  lag.enable()
  let kept = false
  try {
    const running = run(scenario, {
      ...installation,
      now,
      say,
      ...troubleOf(wish, installation, random.fork('trouble')),
    })
    const told = await Promise.race([running, interrupted(signal)])
    const report = reported(wish, scenario, installation, { told, lag, inGoodOrder: await installation.server.stop() })
    kept = report.broken.length === 0
    return report
  } finally {
    lag.disable()
    const worthKeeping = !kept && signal?.aborted !== true
    if (worthKeeping) say(`What the server wrote is kept in ${installation.folder}.`)
    await installation.close(worthKeeping)
  }
}

function now(): number {
  return performance.timeOrigin + performance.now()
}

function scenarioOf(wish: Wish): Scenario {
  const named = levels[wish.level]
  const people = wish.people ?? named.people
  const level = { ...named, people, repliesPerMinute: wish.repliesPerMinute ?? named.repliesPerMinute }
  const { minutes, seed, leaseSeconds, epochEverySeconds } = wish
  return { level, ms: minutes * 60_000, seed, leaseMs: leaseSeconds * 1000, epochEveryMs: epochEverySeconds * 1000 }
}

/** A drill with newcomers has somebody who reviews: nothing they write would ever leave without. */
function seatsOf({ newcomers: share, reviewers }: Wish, { level: { people } }: Scenario): Seats {
  const newcomers = Math.round(people * share)
  return { people, newcomers, reviewers: reviewers ?? Math.ceil(newcomers / 10) }
}

type Outcome = { told: Told; lag: ReturnType<typeof monitorEventLoopDelay>; inGoodOrder: boolean }

function reported(wish: Wish, scenario: Scenario, { server, network }: Temporary, { told, lag, inGoodOrder }: Outcome) {
  const { level, minutes, seed, store } = wish
  const { observations, episodes, connections, resets, observerResets } = told
  const report = reportOf(observations)
  const more = [
    ...(observerResets > 0 ? [`the observer's log was not whole: ${observerResets} resets`] : []),
    ...(inGoodOrder ? [] : ['the server did not stop in good order when it was asked to']),
  ]
  const { cpuSeconds, peakRssMb } = server.usage
  return {
    level,
    minutes,
    seed,
    store,
    ...seatsOf(wish, scenario),
    ...report,
    broken: [...report.broken, ...more],
    serverCpuSeconds: round(cpuSeconds),
    serverPeakRssMb: round(peakRssMb),
    kills: server.kills,
    connections,
    resets,
    episodes,
    network: network.fates,
    serverFaults: faultsIn(server.logFile),
    /** How late the drill itself was: above some tens of ms its latencies say more about it than about the server. */
    drillLagMs: { p50: round(lag.percentile(50) / 1e6), p99: round(lag.percentile(99) / 1e6) },
    loadAverage: loadavg().map(round),
  }
}

function interrupted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const reason = new Error('The drill was ended before its end; it proves nothing.')
    if (signal?.aborted) reject(reason)
    signal?.addEventListener('abort', () => reject(reason), { once: true })
  })
}

function troubleOf({ killEverySeconds }: Wish, { server }: Temporary, random: Random) {
  if (killEverySeconds === null) return { trouble: async () => {}, beforeReading: async () => {} }
  const again = async () => {
    await server.kill()
    await server.start()
  }
  const trouble = async (pauses: Pauses) => {
    while (!pauses.over) {
      await pauses.wait(random.between(0.3, 1.7) * killEverySeconds * 1000)
      if (!pauses.over) await again()
    }
  }
  return { trouble, beforeReading: again }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
