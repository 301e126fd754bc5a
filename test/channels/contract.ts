import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { describeAnswering } from './contract-answering.ts'
import type { Abilities, Bench } from './contract-bench.ts'
import { describeChanges } from './contract-changes.ts'
import { describeFate } from './contract-fate.ts'
import { describeLength } from './contract-length.ts'
import { describeLimits } from './contract-limits.ts'
import { describeReceiving } from './contract-receiving.ts'
import { describeSending } from './contract-sending.ts'
import { Stage } from './contract-stage.ts'

/** What every channel must keep, whichever network it speaks to. */
export function describeChannel(name: string, abilities: Abilities, start: () => Promise<Bench>): void {
  describe(`${name} channel`, () => {
    const stage = new Stage(abilities, start)
    beforeAll(() => stage.begin())
    afterEach(() => stage.clear())
    afterAll(() => stage.end())

    describeReceiving(stage)
    describeChanges(stage)
    describeAnswering(stage)
    describeSending(stage)
    describeFate(stage)
    describeLength(stage)
    describeLimits(stage)
  })
}
