import { Turns } from '@muster/server/desk/turns.ts'
import { expect, test } from 'vitest'

test('[DL26] what is about one lane goes on one after another, others beside it, and too many wait for nobody', async () => {
  const turns = new Turns(2)
  const gate = Promise.withResolvers<void>()
  const seen: string[] = []
  const act = (name: string, until: Promise<void> = Promise.resolve()) => {
    return async (isTurn: boolean) => {
      seen.push(`${name} ${isTurn}`)
      await until
    }
  }
  const first = turns.take('a', act('first', gate.promise))
  const second = turns.take('a', async isTurn => {
    await act('second')(isTurn)
    throw new Error('It failed.')
  })
  await Promise.all([turns.take('a', act('third')), turns.take('b', act('other'))])
  expect(seen).toEqual(['first true', 'third false', 'other true'])
  gate.resolve()
  await first
  await expect(second).rejects.toThrow('It failed.')
  await turns.take('a', act('fourth'))
  expect(seen.slice(3)).toEqual(['second true', 'fourth true'])
})
