import { monitorEventLoopDelay } from 'node:perf_hooks'
import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cora, declaring, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { anew, type Sample } from '../support/door-payloads.ts'
import { histories } from '../support/histories.ts'
import { brokenBytes, brokenJson, chanceOf } from '../support/mutations.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { type Door, Doors } from './doors-bench.ts'

const { numRuns, seed = 1 } = histories(200)
const atOnce = 32

/** Something as it may come by a door, and what became of it. */
async function oneBroken({ samples, bring }: Door, each: number): Promise<string> {
  const chance = chanceOf(each)
  const json = Buffer.from(JSON.stringify(brokenJson(anew(chance.of(samples), each), chance)))
  return bring(chance.below(4) === 0 ? brokenBytes(json, chance) : json, nextId('call'))
}

/** As many at a time as may come in one turn; a failure names the seed that brings it again. */
async function allBroken(door: Door): Promise<Record<string, number>> {
  const counted: Record<string, number> = {}
  for (let begun = 0; begun < numRuns; begun += atOnce) {
    const seeds = Array.from({ length: Math.min(atOnce, numRuns - begun) }, (_, more) => seed + begun + more)
    const brought = seeds.map(each =>
      oneBroken(door, each).catch(error => {
        throw new Error(`again with MUSTER_HISTORIES=1 MUSTER_SEED=${each}: ${error}`, { cause: error })
      }),
    )
    for (const end of await Promise.all(brought)) counted[end] = (counted[end] ?? 0) + 1
  }
  return counted
}

onEachStore(shelf => {
  let doors: Doors

  beforeAll(async () => {
    const desk = deskOn(await shelf.open())
    const command = declaring()
    await desk.handle(command.id, command, cora)
    await mirrorIncident(desk, command.id)
    doors = new Doors(desk, command.id)
  })
  afterAll(() => doors.close())

  test.each<[string, string, () => Door | Promise<Door>]>([
    ['a webhook', 'message', () => doors.webhook()],
    ['X', 'message', () => doors.x()],
    ['Mastodon', 'message', () => doors.mastodon()],
    ['Bluesky', 'message', () => doors.bluesky()],
    ['the stream of Mastodon', 'message', () => doors.mastodonStream()],
    ['the search of X', 'message', () => doors.xSearch()],
    ['the chats of Bluesky', 'message', () => doors.blueskyChats()],
    ['Alertmanager', 'heard', () => doors.alerts('alertmanager')],
    ['Grafana', 'heard', () => doors.alerts('grafana')],
    ['PagerDuty', 'heard', () => doors.alerts('pagerduty')],
  ])(
    '[CH2] [IN29] what comes broken from %s is stored, set aside or refused with its field, and the next is taken',
    async (name, whole, open) => {
      const door = await open()
      const pauses = monitorEventLoopDelay({ resolution: 5 })
      pauses.enable()
      const counted = await allBroken(door)
      pauses.disable()
      const longest = (pauses.max / 1e6).toFixed(0)
      console.info(
        `${shelf.kind}: ${numRuns} broken from ${name}, from seed ${seed}: ${JSON.stringify(counted)}; longest pause ${longest} ms`,
      )
      const next = anew(door.samples.at(-1) as Sample, numRuns + seed)
      expect(await door.bring(Buffer.from(JSON.stringify(next)), nextId('call'))).toBe(whole)
    },
    1_800_000,
  )
})
