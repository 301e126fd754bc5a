import { levels } from '@muster/server/drill/level.ts'
import { Random } from '@muster/server/drill/random.ts'
import { type Act, Surge } from '@muster/server/drill/surge.ts'
import { expect, test } from 'vitest'

const minute = 60_000

function actsOf(level: keyof typeof levels, ms: number, seed: number): Act[] {
  return [...new Surge(levels[level], ms, seed).acts()]
}

test('[OP4] the same level, length and seed give the same surge; another seed gives another', () => {
  expect(actsOf('hard', minute, 7)).toEqual(actsOf('hard', minute, 7))
  expect(actsOf('hard', minute, 8)).not.toEqual(actsOf('hard', minute, 7))
})

test('[OP4] a longer drill begins as a shorter one of its seed', () => {
  const short = actsOf('normal', minute, 3)
  expect(actsOf('normal', 5 * minute, 3).slice(0, short.length)).toEqual(short)
})

test.each([
  ['normal', 1, 1],
  ['hard', 5, 25],
  ['extreme', 60, 250],
] as const)('[OP4] level %s brings %d messages a second, and %d in a burst', (name, calm, burst) => {
  const seconds = 120
  const acts = actsOf(name, seconds * 1000, 11)
  const perSecond = Array.from(
    { length: seconds },
    (_, second) => acts.filter(({ at }) => Math.floor(at / 1000) === second).length,
  )
  const inBurst = (second: number) => burst > calm && second % 30 >= 15 && second % 30 < 18
  const mean = (counts: number[]) => counts.reduce((sum, count) => sum + count, 0) / counts.length
  const quiet = perSecond.filter((_, second) => !inBurst(second))
  expect(mean(quiet)).toBeGreaterThan(calm * 0.75)
  expect(mean(quiet)).toBeLessThan(calm * 1.25)
  const loud = perSecond.filter((_, second) => inBurst(second))
  if (loud.length > 0) expect(mean(loud)).toBeGreaterThan(burst * 0.8)
})

test('[OP4] customers write again, get angry and send the same thing twice', () => {
  const acts = actsOf('hard', 5 * minute, 5)
  const times = acts.map(({ at }) => at)
  expect(times).toEqual(times.toSorted((one, other) => one - other))
  expect(new Set(acts.map(({ kind }) => kind))).toEqual(new Set(['first', 'again', 'angry', 'twice']))
  expect(new Set(acts.map(({ externalId }) => externalId)).size).toBe(acts.length)
  expect(acts.some(({ repeatedAfter }) => repeatedAfter[0] === 0)).toBe(true)
  expect(acts.some(({ repeatedAfter }) => (repeatedAfter.at(-1) ?? 0) > 2_000)).toBe(true)
  const known = new Set<string>()
  for (const { kind, customer } of acts) {
    expect(known.has(customer.address)).toBe(kind !== 'first')
    known.add(customer.address)
  }
  const networks = acts.map(({ customer }) => customer.network)
  expect(networks.filter(network => network === 'forgetful').length / networks.length).toBeGreaterThan(0.15)
})

test('[OP4] what a customer says to an answer follows from who they are and which answer it is', () => {
  const surge = new Surge(levels.normal, minute, 9)
  const customers = [...surge.acts()].filter(({ kind }) => kind === 'first').map(({ customer }) => customer)
  const said = customers.map(customer => surge.answered(customer, 1, 1_000))
  expect(customers.map(customer => surge.answered(customer, 1, 1_000))).toEqual(said)
  expect(new Set(said.map(act => act?.kind ?? 'silent'))).toContain('silent')
  expect(said.filter(act => act?.kind === 'thanks').length).toBeGreaterThan(0)
  for (const act of said) if (act !== null) expect(act.at).toBeGreaterThan(1_000)
})

test('[OP4] chance is even, and a fork does not depend on what was drawn before', () => {
  const random = new Random(2 ** 40 + 1)
  const drawn = Array.from({ length: 20_000 }, () => random.next())
  expect(drawn.every(value => value >= 0 && value < 1)).toBe(true)
  expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).toBeCloseTo(0.5, 1)
  expect(random.fork('a').next()).toBe(new Random(2 ** 40 + 1).fork('a').next())
  expect(random.fork('a').next()).not.toBe(random.fork('b').next())
  const picks = Array.from({ length: 1_000 }, () => random.weighted({ often: 9, rarely: 1, never: 0 }))
  expect(picks.filter(pick => pick === 'often').length).toBeGreaterThan(850)
  expect(picks).toContain('rarely')
  expect(picks).not.toContain('never')
})
