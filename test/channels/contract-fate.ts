import type { Visibility } from '@muster/shared/conversation.ts'
import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { find, idOf, type Stage, send } from './contract-stage.ts'

/** What a network is said to do with a reply that comes twice, and what it tells of one whose fate is not known. */
export function describeFate(stage: Stage): void {
  const { idempotency, provesAbsence } = stage.abilities

  test('[DL3] a network that took a reply and says nothing leaves its fate unknown', async () => {
    const { channel } = await stage.open('says nothing')
    const outgoing = stage.outgoing()
    expect(await send(channel, outgoing)).toMatchObject({ type: 'unknown' })
    expect(await find(channel, outgoing)).toEqual({ type: 'unknown' })
  })

  const proof = provesAbsence ? 'surely absent' : 'unknown, for its network may only not show it'
  test(`[DL3] what was never sent is ${proof}`, async () => {
    const { channel } = await stage.open()
    expect(await find(channel, stage.outgoing())).toEqual({ type: provesAbsence ? 'absent' : 'unknown' })
  })

  const sentInSilence = async (lane: Visibility) => {
    const outgoing = stage.outgoing({ answering: await stage.answering(lane) })
    const { channel } = await stage.open('takes in silence')
    expect(channel.idempotency).toBe(idempotency)
    expect(await send(channel, outgoing)).toMatchObject({ type: 'unknown' })
    await until('it is taken', async () => (await stage.deliveredAs(outgoing.text)).length === 1)
    return { channel, outgoing }
  }

  if (idempotency === 'search') {
    test.each(stage.lanes)(
      '[DL20] %s, a reply that was taken without a word is found, and need not be sent again',
      async lane => {
        const { channel, outgoing } = await sentInSilence(lane)
        const found = idOf(await find(channel, outgoing))
        expect((await stage.deliveredAs(outgoing.text)).map(({ id }) => id)).toEqual([found])
      },
    )
  } else {
    const isOnce = idempotency === 'native'
    const kept = isOnce ? 'is sent again, and there is one' : 'cannot be looked for, and sent again there are two'
    test(`[DL20] a reply that was taken without a word ${kept}`, async () => {
      const { channel, outgoing } = await sentInSilence('direct')
      expect(await find(channel, outgoing)).toEqual({ type: 'unknown' })
      expect(await send(channel, outgoing)).toMatchObject({ type: 'sent' })
      expect(await stage.deliveredAs(outgoing.text)).toHaveLength(isOnce ? 1 : 2)
    })
  }
}
