import type { Arrival, Received } from '@muster/server/channels/channel.ts'
import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { kim, type Stage, typesTold } from './contract-stage.ts'
import { type Desk, MemoryPlace, owedOf } from './workbench.ts'

type Change = 'edited' | 'deleted'

export function describeChanges(stage: Stage): void {
  const { edited, deleted } = stage.abilities.changes

  if (edited) {
    test('[MC11] what its sender changes is told as changed: under its id, with its words and since when', async () => {
      const { desk } = await stage.receiving()
      const arrival = await written(stage, desk, 'changing')
      await stage.bench.edit('changing', 'changed')
      expectEdited(await told(desk, 'edited'), arrival, stage.bench.reads('changed'))
    })
  } else describeUntold(stage, 'edited')

  if (deleted) {
    test('[MC11] what its sender takes away is told as gone, under the id it came under', async () => {
      const { desk } = await stage.receiving()
      const { externalId } = await written(stage, desk, 'passing')
      await stage.bench.remove('passing')
      stage.bench.pass()
      expect(await told(desk, 'deleted')).toEqual({ type: 'deleted', externalId, at: expect.any(Number) })
    })
  } else describeUntold(stage, 'deleted')

  if (edited && deleted) describeOwed(stage)
}

function describeOwed(stage: Stage): void {
  test('[CH63] of what waits since before the channel listened it is told what was changed and what is gone', async () => {
    const place = new MemoryPlace()
    const first = await stage.receiving(place)
    const [kept, dropped] = [await written(stage, first.desk, 'kept'), await written(stage, first.desk, 'dropped')]
    await first.desk.stop()
    await first.channel.close()
    place.waiting = [kept, dropped].map(owedOf)
    await stage.bench.edit('kept', 'kept and changed')
    await stage.bench.remove('dropped')
    const { asked } = place
    const { desk } = await stage.receiving(place)
    await until('it asked what waits', () => place.asked > asked)
    stage.bench.pass()
    expect(await told(desk, 'deleted')).toMatchObject({ externalId: dropped.externalId })
    expectEdited(await told(desk, 'edited'), kept, stage.bench.reads('kept and changed'))
  })
}

/** Nobody there can have it so: what looks like it is another sight of the message, another message, or nothing. */
function describeUntold(stage: Stage, change: Change): void {
  test(`[MC11] nothing is told as ${change} where its network knows no such thing`, async () => {
    const { desk } = await stage.receiving()
    const text = `never ${change}`
    await written(stage, desk, text)
    if (change === 'edited') await stage.bench.edit(text, `${text}, again`)
    else await stage.bench.remove(text)
    await written(stage, desk, `after what is ${text}`)
    expect(typesTold(desk)).not.toContain(change)
  })
}

async function written(stage: Stage, desk: Desk, text: string): Promise<Arrival> {
  await stage.bench.write({ ...kim, id: text, text })
  return await stage.arrivalOf(desk, text)
}

/** All that is told so, which says the same however often. */
async function told<Type extends Change>(desk: Desk, type: Type): Promise<Extract<Received, { type: Type }>> {
  const found = () => desk.taken.filter((each): each is Extract<Received, { type: Type }> => each.type === type)
  await until(`something is told as ${type}`, () => found().length > 0)
  const [first, ...others] = found()
  for (const other of others) expect(other).toMatchObject({ ...first, at: expect.any(Number) })
  if (first === undefined) throw new Error('Nothing was told.')
  return first
}

function expectEdited({ arrival, at }: Extract<Received, { type: 'edited' }>, before: Arrival, text: string): void {
  const { externalId, from, sentAt } = before
  expect(arrival).toMatchObject({ externalId, from: { address: from.address }, text })
  expect(at).toBeGreaterThanOrEqual(sentAt ?? Number.NaN)
}
