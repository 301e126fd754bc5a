import { loadavg } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { levels } from './level.ts'
import type { Pauses } from './pauses.ts'
import { Random } from './random.ts'
import { reportOf } from './report/report.ts'
import { run, type Scenario } from './run.ts'
import { faultsIn } from './server-log.ts'
import { buildTemporary, type Temporary } from './temporary.ts'
import type { Wish } from './wish.ts'

export type DrillReport = Awaited<ReturnType<typeof drill>>

/** Runs one drill on an installation made for it. Throws a sentence when that cannot be made. */
export async function drill(wish: Wish, redisUrl: string | null, say: (sentence: string) => void) {
  const named = levels[wish.level]
  const level = {
    ...named,
    people: wish.people ?? named.people,
    repliesPerMinute: wish.repliesPerMinute ?? named.repliesPerMinute,
  }
  const leaseMs = wish.leaseSeconds * 1000
  const scenario: Scenario = {
    level,
    ms: wish.minutes * 60_000,
    seed: wish.seed,
    leaseMs,
    epochEveryMs: wish.epochEverySeconds * 1000,
  }
  const now = () => performance.timeOrigin + performance.now()
  const random = new Random(wish.seed)
  const installation = await buildTemporary({ store: wish.store, people: level.people, leaseMs, random, now, redisUrl })
  const lag = monitorEventLoopDelay()
  lag.enable()
  let broken = true
  try {
    const { server, network } = installation
    const trouble = troubleOf(wish, installation, random.fork('trouble'))
    const told = await run(scenario, { ...installation, now, say, ...trouble })
    const { cpuSeconds, peakRssMb } = server.usage
    const stopped = await server.stop()
    const report = reportOf(told.observations)
    const more = [
      ...(told.observerResets > 0 ? [`the observer's log was not whole: ${told.observerResets} resets`] : []),
      ...(stopped ? [] : ['the server did not stop in good order when it was asked to']),
    ]
    broken = report.broken.length + more.length > 0
    return {
      level: wish.level,
      minutes: wish.minutes,
      seed: wish.seed,
      store: wish.store,
      people: level.people,
      ...report,
      broken: [...report.broken, ...more],
      serverCpuSeconds: round(cpuSeconds),
      serverPeakRssMb: round(peakRssMb),
      kills: server.kills,
      connections: told.connections,
      resets: told.resets,
      episodes: told.episodes,
      network: network.fates,
      serverFaults: faultsIn(server.logFile),
      /** How late the drill itself was: above some tens of ms its latencies say more about it than about the server. */
      drillLagMs: { p50: round(lag.percentile(50) / 1e6), p99: round(lag.percentile(99) / 1e6) },
      loadAverage: loadavg().map(round),
    }
  } finally {
    lag.disable()
    if (broken) say(`What the server wrote is kept in ${installation.folder}.`)
    await installation.close(broken)
  }
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
