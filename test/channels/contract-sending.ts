import { expect, test } from 'vitest'
import { setbackSaying } from '../support/setback.ts'
import { until } from '../support/until.ts'
import { troubles } from './contract-bench.ts'
import { idOf, type Stage, send } from './contract-stage.ts'

export function describeSending(stage: Stage): void {
  test('[DL2] a reply is sent once the network took it, and reaches the customer as it was written', async () => {
    const { channel } = await stage.open()
    const text = 'We are on it.\n.\nFrom 10:00 — „gleich“ 👍\n\n  indented = yes'
    expect(await send(channel, stage.outgoing({ text }))).toMatchObject({ type: 'sent' })
    await until('the reply, as it was written', async () => (await stage.deliveredAs(text)).length > 0)
  })

  test('[DL1] a reply sent again goes under the id it had', async () => {
    const { channel } = await stage.open()
    const outgoing = stage.outgoing()
    const [first, second] = [idOf(await send(channel, outgoing)), idOf(await send(channel, outgoing))]
    expect(second).toBe(first)
    await until('it', async () => (await stage.deliveredAs(outgoing.text)).length > 0)
    expect(new Set((await stage.deliveredAs(outgoing.text)).map(({ id }) => id)).size).toBe(1)
  })

  test('[DL5] a refusal says whether the reply may go out later', async () => {
    const sendTo = async (trouble: 'refuses' | 'refuses for now' | 'is away') =>
      await send((await stage.open(trouble)).channel, stage.outgoing())
    expect(await sendTo('refuses')).toMatchObject({ type: 'refused', again: false })
    expect(await sendTo('refuses for now')).toMatchObject({ type: 'refused', again: true })
    expect(await sendTo('is away')).toMatchObject({ type: 'refused', again: true })
  })

  test('[OP3] a reply whose sending is called off before it began did not go out', async () => {
    const sent = await (await stage.open()).channel.send(stage.outgoing(), AbortSignal.abort())
    expect(sent).toMatchObject({ type: 'refused', again: true })
  })

  test('[CH9] nothing is sent to a private address that is not listed', async () => {
    const { channel } = await stage.open(null, [])
    const outgoing = stage.outgoing()
    const sent = await send(channel, outgoing)
    expect(sent).toMatchObject({ type: 'refused', setback: setbackSaying('internal host') })
    expect(await stage.deliveredAs(outgoing.text)).toEqual([])
  })

  test('[CH6] no secret of the channel is in what it logs, complains of or gives as a reason', async () => {
    const said: string[] = []
    for (const trouble of [...troubles, null]) {
      const { channel, logged } = await stage.open(trouble)
      said.push(JSON.stringify([await send(channel, stage.outgoing()), channel.health(), logged, channel]))
    }
    for (const secret of stage.bench.secrets) expect(said.join('\n')).not.toContain(secret)
  })
}
