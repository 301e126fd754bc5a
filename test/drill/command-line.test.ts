import { drillCommand } from '@muster/server/drill/command.ts'
import { wishOf } from '@muster/server/drill/wish.ts'
import { expect, test } from 'vitest'

test('[OP4] a drill is asked for in plain words', () => {
  const words = '--level hard --minutes 2 --seed 7 --store redis --json out.json --kill-every 5'
  expect(wishOf(words.split(' '))).toEqual({
    level: 'hard',
    minutes: 2,
    seed: 7,
    store: 'redis',
    json: 'out.json',
    killEverySeconds: 5,
    epochEverySeconds: 20,
    leaseSeconds: 8,
    people: null,
    repliesPerMinute: null,
    newcomers: 0.25,
    reviewers: null,
    chaos: null,
  })
  expect(wishOf([])).toMatchObject({ level: 'normal', store: 'sqlite', json: null })
})

test.each([
  ['--level medium', 'normal, hard, extreme'],
  ['--store postgres', 'sqlite, redis'],
  ['--minutes soon', 'from 0.05 to 1440'],
  ['--minutes 0', 'from 0.05 to 1440'],
  ['--seed 1.5', 'whole number'],
  ['--kill-every -1', '--kill-every'],
  ['--lease 1', 'from 5'],
  ['--newcomers 2', 'from 0 to 1'],
  ['--reviewers some', '--reviewers'],
  ['--chaos weather', 'channels, limits'],
  ['--sed 1', '--sed'],
  ['now', 'now'],
])('[OP4] "%s" is answered with what was expected', (words, expected) => {
  const wish = wishOf(words.split(' '))
  expect('complaint' in wish && wish.complaint).toContain(expected)
  expect('complaint' in wish && wish.complaint).toContain('drill [--level')
})

test('[OP9] a drill plays real networks where that is asked for', () => {
  expect(wishOf(['--chaos', 'channels'])).toMatchObject({ chaos: 'channels', epochEverySeconds: 60 })
  expect(wishOf(['--chaos', 'limits'])).toMatchObject({ chaos: 'limits', epochEverySeconds: 60 })
})

test('[OP4] wrong usage ends with code 2', async () => {
  expect(await drillCommand(['--level', 'medium'], {})).toBe(2)
})
