import { expect, test } from 'vitest'
import { type Stage, send } from './contract-stage.ts'

/** How many replies leave by it. */
export function describeLimits(stage: Stage): void {
  const { limits, pauseMs } = stage.abilities

  const known = limits.documented
    ? 'states what its network documents of its limits'
    : 'states no limit, for none is known'
  test(`[DL9] the channel ${known}, the same wherever it is open`, async () => {
    const [{ channel }, elsewhere] = [await stage.open(), await stage.open()]
    for (const lane of stage.lanes) {
      const spending = channel.spending('We are on it.', lane)
      expect(spending.limits.length > 0).toBe(limits.documented)
      for (const { pool, most, perMs, points } of spending.limits) {
        expect([pool !== '', perMs > 0, points > 0, most >= points]).not.toContain(false)
      }
      expect(elsewhere.channel.spending('We are on it.', lane)).toEqual(spending)
    }
  })

  test('[DL10] a network that wants no more holds all that leaves by it, until when it says', async () => {
    const sent = await send((await stage.open('wants no more')).channel, stage.outgoing())
    expect(sent).toMatchObject({ type: 'refused', again: true, limited: true })
    const afterMs = sent.type === 'refused' ? Number(sent.afterMs) : 0
    // Some say it in whole seconds.
    expect(afterMs).toBeGreaterThan(pauseMs - 2_000)
    expect(afterMs).toBeLessThan(pauseMs + 2_000)
  })

  test(`[DL10] how many are left is passed on with what was sent${limits.told ? '' : ', where its network says that'}`, async () => {
    const sent = await send((await stage.open()).channel, stage.outgoing())
    expect(sent.type).toBe('sent')
    const told = sent.type === 'sent' ? (sent.told ?? null) : null
    if (!limits.told) return expect(told).toBeNull()
    expect(told?.left).toBeGreaterThan(0)
    expect(told?.resetsAt).toBeGreaterThan(Date.now())
  })
}
