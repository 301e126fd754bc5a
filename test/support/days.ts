import { type Sight, SpikeWatch } from '@muster/server/domain/spike.ts'
import { Random } from '@muster/server/drill/random.ts'
import type { Spike } from '@muster/shared/proposal.ts'

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
/** How often the watch is asked. */
const lookMs = 5_000

type Rate = (hour: number) => number

type Crowd = { from?: number; to?: number; most?: number; rate?: Rate }

/** People who write by a channel by chance, each their own; `rate` a minute at an hour of the day, never over `most`. */
export function crowd(random: Random, channelId: string, given: Crowd): Sight[] {
  const { from = 0, to = dayMs, most = 1, rate = () => 1 } = given
  const sights: Sight[] = []
  for (let at = from + random.pause(most / 60); at < to; at += random.pause(most / 60)) {
    if (random.next() * most < most * rate(at / hourMs)) sights.push(by(channelId, at))
  }
  return sights
}

let people = 0
export function by(channelId: string, at: number, address = `customer${++people}@example.com`): Sight {
  return { channelId, address, at }
}

/** Hardly anybody at night, most in the afternoon, more at lunch: a share of the busiest hour. */
const rhythm: Rate = hour => {
  const day = hour > 6 && hour < 22 ? 0.94 * Math.sin(((hour - 6) / 16) * Math.PI) ** 1.5 : 0
  return Math.min(1, (0.06 + day) * (hour > 11.9 && hour < 13 ? 1.25 : 1))
}

/** A whole day on three channels: its rhythm, five times a few who write within two minutes, two who write twenty times. */
export function ordinaryDay(seed: number, busiest: number): Sight[] {
  const random = new Random(seed)
  const sights = ['mail', 'x', 'web'].flatMap((channelId, index) => [
    ...crowd(random, channelId, { most: busiest / (index + 1), rate: rhythm }),
    ...Array.from({ length: 5 }, () => random.between(0, dayMs)).flatMap(at =>
      Array.from({ length: 3 + random.below(6) }, () => by(channelId, at + random.between(0, 120_000))),
    ),
    ...Array.from({ length: 2 }, () => random.between(0, dayMs)).flatMap((at, loud) =>
      Array.from({ length: 20 }, (_, index) => by(channelId, at + index * 3_000, `loud${loud}@example.com`)),
    ),
  ])
  return sights.sort((one, other) => one.at - other.at)
}

/** What the watch tells of these sights, look by look. */
export function watched(sights: readonly Sight[], { from = 0, to = dayMs, watch = new SpikeWatch({}) } = {}) {
  const channels = new Set(sights.map(({ channelId }) => channelId))
  const found: { at: number; spike: Spike }[] = []
  let next = 0
  for (let now = from; now <= to; now += lookMs) {
    for (let sight = sights[next]; sight !== undefined && sight.at <= now; sight = sights[++next]) watch.add(sight)
    const spike = watch.pass(now, { watched: channels, judged: channels })
    if (spike !== null) found.push({ at: now, spike })
  }
  return found
}
