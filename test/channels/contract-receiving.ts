import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { kim, type Stage } from './contract-stage.ts'
import { type Desk, MemoryPlace } from './workbench.ts'

export function describeReceiving(stage: Stage): void {
  const idsOf = async (desk: Desk, text: string) =>
    new Set((await stage.arrivalsOf(desk, text)).map(({ externalId }) => externalId))

  test('[MC5] what a customer writes arrives as it was written', async () => {
    const { desk } = await stage.receiving()
    await stage.bench.write(kim)
    const { from, subject, whole, automatic, answersReply } = await stage.arrivalOf(desk, kim.text)
    expect({ name: from.name, subject, whole, automatic, answersReply }).toEqual({
      name: kim.name,
      subject: stage.abilities.subjects ? kim.subject : null,
      whole: true,
      automatic: null,
      answersReply: null,
    })
  })

  test('[MC1] a message that comes twice has one id, and another message another', async () => {
    const { desk } = await stage.receiving()
    for (const text of ['second', 'second', 'third']) await stage.bench.write({ ...kim, id: text, text })
    const thirds = await idsOf(desk, 'third')
    expect((await idsOf(desk, 'second')).union(thirds).size).toBe(2)
  })

  test('[MC1] what comes several times and the later first is one message each, whoever it is brought to', async () => {
    const messages = ['early', 'later', 'latest'].map(text => ({ ...kim, id: text, text }))
    const ids: Set<string>[] = []
    for (let times = 0; times < 2; times++) {
      const { desk } = await stage.receiving()
      await stage.bench.disorder(messages)
      ids.push(...(await Promise.all(messages.map(({ text }) => idsOf(desk, text)))))
      await desk.stop()
    }
    expect(ids.map(({ size }) => size)).toEqual(Array.from({ length: 6 }, () => 1))
    expect(ids.reduce((all, each) => all.union(each)).size).toBe(3)
  })

  // Who calls is not told that a call was taken that nobody took, and calls again.
  if (stage.abilities.readsOn) {
    test('[CH67] what is written while nobody listens comes once, when the channel goes on from where it was', async () => {
      const place = new MemoryPlace()
      const first = await stage.receiving(place)
      await stage.bench.write({ ...kim, id: 'before', text: 'before' })
      await stage.arrivalOf(first.desk, 'before')
      await until('the place is kept', () => place.saved !== null)
      await first.desk.stop()
      await first.channel.close()
      const meanwhile = ['meanwhile 1', 'meanwhile 2', 'meanwhile 3']
      for (const text of meanwhile) await stage.bench.write({ ...kim, id: text, text })
      const { desk } = await stage.receiving(place)
      await stage.bench.write({ ...kim, id: 'after', text: 'after' })
      for (const text of ['after', ...meanwhile]) expect(await stage.arrivalsOf(desk, text)).toHaveLength(1)
    })
  }

  test('[OP3] receiving ends when it is told to, and the channel is off', async () => {
    const { desk, channel } = await stage.receiving()
    await desk.stop()
    expect(channel.health().state).toBe('off')
  })
}
