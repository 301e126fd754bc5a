import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { type Stage, send } from './contract-stage.ts'

/** How much goes into one reply. */
export function describeLength(stage: Stage): void {
  if (stage.abilities.isLimitedInLength) describeLongest(stage)
  else describeAnyLength(stage)
}

function describeLongest(stage: Stage): void {
  test.each(stage.lanes)(
    '[CH68] %s, a text that just fits by its channel’s count is taken whole, and one more is too long',
    async lane => {
      const { channel } = await stage.open()
      const beginning = `${lane}: 故障 👩‍👩‍👧 „gleich“ `
      const { used, longest } = channel.length(beginning, lane)
      const text = beginning.padEnd(beginning.length + Number(longest) - used, 'x')
      expect(channel.length(text, lane).used).toBe(longest)
      expect(channel.length(`${text}x`, lane).used).toBeGreaterThan(Number(longest))
      const outgoing = stage.outgoing({ text, answering: await stage.answering(lane) })
      expect(await send(channel, outgoing)).toMatchObject({ type: 'sent' })
      expect(await stage.deliveredAs(text)).toHaveLength(1)
    },
  )

  test.each(stage.lanes)('[CH68] %s, a text that its network finds too long comes back for good', async lane => {
    const { channel } = await stage.open()
    const text = 'x'.repeat(Number(channel.length('', lane).longest) + 20_000)
    const outgoing = stage.outgoing({ text, answering: await stage.answering(lane) })
    expect(await send(channel, outgoing)).toMatchObject({ type: 'refused', again: false })
    expect(await stage.deliveredAs(text)).toEqual([])
  })
}

function describeAnyLength(stage: Stage): void {
  test('[CH68] a text of any length is taken whole', async () => {
    const { channel } = await stage.open()
    const text = 'All of it. '.repeat(20_000).trim()
    expect(channel.length(text, 'direct')).toMatchObject({ used: text.length, longest: null })
    expect(await send(channel, stage.outgoing({ text }))).toMatchObject({ type: 'sent' })
    await until('all of it', async () => (await stage.deliveredAs(text)).length === 1)
  })
}
