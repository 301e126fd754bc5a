import type { Outgoing, Sent } from '@muster/server/channels/channel.ts'
import { afterEach, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'
import { refusedWith } from '../support/setback.ts'
import { until } from '../support/until.ts'

/** A network that has what it is given at once, and says so only when it is told to. */
class Pondering extends Network {
  readonly longestSendMs?: number
  readonly speaks = Promise.withResolvers<void>()

  constructor(longestSendMs: number | null, idempotency: Network['idempotency'] = 'search') {
    super(nextId('network'), idempotency)
    if (longestSendMs !== null) this.longestSendMs = longestSendMs
  }

  override async send(outgoing: Outgoing, signal?: AbortSignal): Promise<Sent> {
    this.visible.push(outgoing)
    const calledOff = new Promise(resolve => signal?.addEventListener('abort', () => resolve('called off')))
    if ((await Promise.race([this.speaks.promise, calledOff])) === 'called off')
      return { type: 'unknown', setback: refusedWith('It did not answer.') }
    return { type: 'sent', externalId: `at-${outgoing.key}` }
  }
}

onEachStore(shelf => {
  let pier: Pier
  const pondering: Pondering[] = []
  afterEach(async () => {
    for (const { speaks } of pondering.splice(0)) speaks.resolve()
    await pier.close()
  })

  /** A reply that its network has and says nothing of. */
  async function underWay(network: Pondering, hurryMs?: number) {
    pondering.push(network)
    pier = await Pier.open(await shelf.open())
    const id = await pier.queued(pier.add(network))
    const worker = pier.worker(pier.desk, hurryMs)
    worker.wake()
    await until('the network to have it', () => network.visible.length === 1)
    return { id, worker }
  }

  test.each([
    [null, 30_000],
    [60_000, 75_000],
  ])(
    '[DL31] [DL1] where a sending may take %s ms, a dead worker’s reply is taken over after %i ms',
    async (longest, lease) => {
      const network = new Pondering(longest)
      const { id } = await underWay(network)
      expect(await pier.reply(id)).toMatchObject({ state: 'sending', until: pier.now + lease })
      const other = pier.worker()
      pier.now += lease - 1_000
      await pier.work(other)
      expect(await pier.reply(id)).toMatchObject({ state: 'sending' })
      pier.now += 1_001
      await pier.work(other)
      expect(await pier.reply(id)).toMatchObject({ state: 'sent', attempts: 1 })
      expect(network.visible).toHaveLength(1)
    },
  )

  test('[DL31] what takes longer than its network may is called off, and nobody knows its fate', async () => {
    const { id, worker } = await underWay(new Pondering(40, 'none'))
    await worker.idle()
    expect(await pier.reply(id)).toMatchObject({ state: 'uncertain' })
  })

  test('[DL31] a stop does not wait for a network that takes its time', async () => {
    const { id, worker } = await underWay(new Pondering(60_000), 40)
    await worker.close()
    expect(await pier.reply(id)).toMatchObject({ state: 'sent' })
  })
})
