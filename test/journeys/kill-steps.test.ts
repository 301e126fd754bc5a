import { inspect } from 'node:util'
import { Random } from '@muster/server/drill/random.ts'
import { expect, test } from 'vitest'
import { KillLives } from '../support/kill-lives.ts'
import { KillStage } from '../support/kill-stage.ts'
import { judged } from '../support/kill-verdict.ts'
import type { Fate } from '../support/mortal-process.ts'
import { steps } from '../support/mortal-steps.ts'
import { redisInstalled } from '../support/redis-server.ts'

/**
 * How many servers are killed on each store, each at one step of delivery. The full proof, MUSTER_LIVES=120, walks through
 * nine of ten steps at least on both, and most often all of them, while 5,760 replies are sent; MUSTER_SEED tells another story.
 */
const lives = Number(process.env.MUSTER_LIVES ?? 6)
const seed = Number(process.env.MUSTER_SEED ?? 1)
const repliesInALife = 24

const stores = ['sqlite', ...(redisInstalled ? (['redis'] as const) : [])] as const

/** Every step once, in some order. */
function fates(random: Random): Fate[] {
  const drawn = steps.map(step => {
    return { step, time: 1 + random.below(/^(look|read)/.test(step) ? 12 : 3), place: random.next() }
  })
  return drawn.toSorted((one, other) => one.place - other.place)
}

async function liveAndDie(chain: KillLives, random: Random): Promise<void> {
  const ahead: Fate[] = []
  for (let life = 0; life < lives; life++) {
    if (ahead.length === 0) ahead.push(...fates(random))
    const fate = ahead.shift() as Fate
    // A step that its server did not come to is for one of those after it.
    if (!(await chain.live(fate, repliesInALife))) ahead.push({ ...fate, time: 1 })
  }
  await chain.settle()
}

test.concurrent.each(stores)(
  '[DL7] [DL24] [ST10] a server killed at each step of delivery shows each reply once and loses none, on %s',
  { timeout: 120_000 + lives * 20_000 },
  async store => {
    const random = new Random(seed).fork(store)
    const stage = await KillStage.open(store, random.fork('networks'), (lives * repliesInALife) / 4)
    let keep = true
    try {
      const chain = new KillLives(stage, random.fork('lives'))
      await liveAndDie(chain, random.fork('fates'))
      const { tally, faults } = await judged(stage, chain)
      const { accepted, deaths, settled } = chain
      const weather = stage.networks.all.map(({ channelId, postbox }) => ({ channelId, ...postbox.fates }))
      const missed = steps.filter(step => !deaths.has(step))
      const story = { replies: accepted.size, ...tally, settled, deaths, missed, weather }
      console.log(`${store}: ${inspect(story, { depth: 3, breakLength: 160 })}`)
      expect(faults, `MUSTER_SEED=${seed}; what the servers wrote is kept in ${stage.logFile}`).toEqual({
        lost: [],
        double: [],
        phantom: [],
        limited: [],
        strange: [],
      })
      expect(accepted.size).toBe(lives * repliesInALife)
      expect(tally.sent).toBeGreaterThan(10 * tally.returned)
      // Some steps are rare: that surely nothing arrived is found out once in forty lives.
      const mostMissed = lives > 2 * steps.length ? steps.length / 10 : steps.length - 1
      expect(missed.length, `no server died at ${missed.join(', ')}`).toBeLessThanOrEqual(mostMissed)
      keep = false
    } finally {
      await stage.close(keep)
    }
  },
)
