import { type DrillReport, drill } from '@muster/server/drill/drill.ts'
import { promiseNames } from '@muster/server/drill/report/report.ts'
import { expect, test } from 'vitest'
import { redisInstalled } from '../support/redis-server.ts'

/** How often the server is killed, at moments of chance. More of them make the proof longer, not other. */
const kills = Number(process.env.MUSTER_KILLS ?? 4)
const seed = Number(process.env.MUSTER_SEED ?? 1)
/** A kill comes after 4 s on average, and the server is back a second or two later, four on a machine that is busy. */
const secondsPerKill = 7

function killed(store: 'sqlite' | 'redis'): Promise<DrillReport> {
  const minutes = (kills * secondsPerKill) / 60
  return drill(
    {
      level: 'hard',
      minutes,
      seed,
      store,
      json: null,
      killEverySeconds: 4,
      epochEverySeconds: 5,
      leaseSeconds: 5,
      people: 30,
      repliesPerMinute: 240,
      newcomers: 0.2,
      reviewers: 2,
      chaos: null,
    },
    null,
    { say: () => {} },
  )
}

const stores = ['sqlite', ...(redisInstalled ? (['redis'] as const) : [])] as const

test.concurrent.each(stores)(
  '[DL7] [ST10] a server killed again and again loses and doubles nothing it acknowledged, on %s',
  { timeout: 120_000 + kills * 10_000 },
  async store => {
    const report = await killed(store)
    expect(report.broken, `seed ${seed}: ${JSON.stringify(report.faults)}`).toEqual([])
    for (const name of promiseNames) expect(report[name], name).toBe(0)
    expect(report.kills).toBeGreaterThan(kills / 2)
    // How many depends on how long the server takes to be back.
    expect(report.replies).toBeGreaterThan(0)
  },
)
