import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { kim, type Stage, send } from './contract-stage.ts'
import { answeringArrival, MemoryPlace } from './workbench.ts'

/** Whether a message can be answered at all, and who reads the answer. */
export function describeAnswering(stage: Stage): void {
  describeClosed(stage)
  if (stage.abilities.changes.deleted) describeGone(stage)
  describeVisibility(stage)
}

function describeClosed(stage: Stage): void {
  test('[MC17] what can be answered is open as it comes', async () => {
    const { desk } = await stage.receiving()
    await stage.bench.write({ ...kim, id: 'open', text: 'open' })
    expect((await stage.arrivalOf(desk, 'open')).closed ?? null).toBeNull()
  })

  const { closes } = stage.abilities
  if (closes !== null) {
    test('[MC17] what cannot be answered there says why as it comes, and the other way', async () => {
      const { desk } = await stage.receiving(new MemoryPlace(), 'answers nobody')
      await stage.bench.write({ ...kim, id: 'shut', text: 'shut', unanswerable: true })
      const arrival = await until('it', () => desk.arrivals.find(({ text }) => text.includes('shut')))
      const closed = arrival?.closed
      expect({ why: closed?.why, how: closed?.otherWay?.how ?? null }).toEqual(closes)
      expect(closed?.sentence).toMatch(/\.$/)
    })
  }
}

function describeGone(stage: Stage): void {
  test('[DL22] a reply to what was taken away meanwhile is refused for good, closes it and says why', async () => {
    const { desk, channel } = await stage.receiving()
    await stage.bench.write({ ...kim, id: 'leaving', text: 'leaving' })
    const answering = answeringArrival(await stage.arrivalOf(desk, 'leaving'))
    await stage.bench.remove('leaving')
    const outgoing = stage.outgoing({ answering })
    const closed = { why: expect.stringMatching(/^(gone|hidden)$/) }
    expect(await send(channel, outgoing)).toMatchObject({ type: 'refused', again: false, closed })
    expect(await stage.deliveredAs(outgoing.text)).toEqual([])
  })
}

function describeVisibility(stage: Stage): void {
  test('[MC16] what was written to us alone is answered to who wrote it, or to nobody', async () => {
    const { desk, channel } = await stage.receiving()
    await stage.bench.writeDirectly({ ...kim, id: 'psst', text: 'psst' })
    const answering = answeringArrival(await stage.arrivalOf(desk, 'psst'))
    expect(answering.visibility).toBe('direct')
    const outgoing = stage.outgoing({ answering })
    expect(await send(channel, outgoing)).toMatchObject({ type: 'sent' })
    await until('the answer', async () => (await stage.deliveredAs(outgoing.text)).length > 0)
    expect(await stage.deliveredAs(outgoing.text)).toMatchObject([{ isPublic: false }])
  })

  if (stage.abilities.isPublic) {
    test('[MC16] what is answered directly stays so whatever its anchor says, and what is public is answered in public', async () => {
      const { channel } = await stage.open()
      const { bench } = stage
      if (bench.answering === null) throw new Error('Nothing in public can be answered.')
      const seen = stage.outgoing()
      await send(channel, seen)
      expect(await stage.deliveredAs(seen.text)).toMatchObject([{ isPublic: true }])
      for (const anchor of [{}, bench.answering.anchor]) {
        const outgoing = stage.outgoing({ answering: { ...bench.answering, anchor, visibility: 'direct' } })
        const sent = await send(channel, outgoing)
        const isTaken = sent.type === 'sent'
        expect(await stage.deliveredAs(outgoing.text)).toMatchObject(isTaken ? [{ isPublic: false }] : [])
        if (!isTaken) expect(sent).toMatchObject({ type: 'refused', again: false })
      }
    })
  }
}
