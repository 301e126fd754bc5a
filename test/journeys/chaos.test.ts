import { drill } from '@muster/server/drill/drill.ts'
import { promiseNames } from '@muster/server/drill/report/report.ts'
import { expect, test } from 'vitest'

const seed = Number(process.env.MUSTER_SEED ?? 1)

test('[OP9] [OP10] [OP12] [OP13] over networks as they are every promise holds, and every reply is seen once', {
  timeout: 420_000,
}, async () => {
  const report = await drill(
    {
      level: 'hard',
      minutes: 0.25,
      seed,
      store: 'sqlite',
      json: null,
      killEverySeconds: null,
      epochEverySeconds: 10,
      leaseSeconds: 8,
      people: 40,
      repliesPerMinute: 240,
      newcomers: 0.2,
      reviewers: 2,
      chaos: 'channels',
    },
    null,
    { say: () => {} },
  )
  expect(report.broken, `seed ${seed}: ${JSON.stringify(report.faults)}`).toEqual([])
  for (const name of promiseNames) expect(report[name], name).toBe(0)
  expect(report).toMatchObject({ lostToLimits: 0, openUncertain: 0 })
  expect(Object.keys(report.network)).toEqual(
    expect.arrayContaining(['200', expect.stringMatching(/^mastodon: /), expect.stringMatching(/^x: /)]),
  )
})
