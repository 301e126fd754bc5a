import type { LimitTold, Outgoing, Sent, Spending } from '@muster/server/channels/channel.ts'
import type { Visibility } from '@muster/shared/conversation.ts'
import { plainFailure } from '@muster/shared/failure.ts'
import { setbackOf } from '@muster/shared/setback.ts'
import { afterEach, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import { Ledger, LimitedNetwork } from '../support/limited-network.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'

const minute = 60_000
const quarter = 15 * minute

/** A network that counts public and direct posts of an account as one, and always speaks of both. */
class OneCount extends LimitedNetwork {
  override spending(text: string, visibility: Visibility): Spending {
    return { ...super.spending(text, visibility), words: `${this.id} words` }
  }
}

/** A network that takes nothing in public until some time, and says for whom that holds and what is left. */
class Closing extends Network {
  readonly asked: (Visibility | null)[] = []
  readonly #clock: () => number
  accountWide = false
  opensAt = 0
  told: LimitTold | null = null

  constructor(clock: () => number) {
    super(nextId('network'), 'search')
    this.#clock = clock
  }

  override async send(outgoing: Outgoing): Promise<Sent> {
    const { visibility = null } = outgoing.answering ?? {}
    this.asked.push(visibility)
    const { accountWide, told } = this
    const afterMs = this.opensAt - this.#clock()
    if (visibility === 'public' && afterMs > 0) {
      return {
        type: 'refused',
        setback: setbackOf('not-taken', plainFailure('No more')),
        again: true,
        afterMs,
        limited: true,
        accountWide,
      }
    }
    return { ...(await super.send(outgoing)), told, accountWide } as Sent
  }
}

onEachStore(shelf => {
  let pier: Pier
  afterEach(() => pier.close())

  const begin = async () => {
    pier = await Pier.open(await shelf.open())
    pier.worker()
    pier.worker(pier.deskOn(pier.desk.store))
    return pier
  }
  const direct = { visibility: 'direct' } as const

  test('[DL28] [DL10] how many an account has left, told of its public replies, holds its direct ones, and the other way round', async () => {
    await begin()
    const enforced = [{ most: 8, perMs: quarter, pool: nextId('account') }]
    const given = { ledger: new Ledger(), clock: () => pier.now, enforced, documented: [], tells: 'left' } as const
    const network = pier.add(new OneCount(nextId('network'), given))
    await pier.several(network, 3)
    await pier.work()
    await pier.several(network, 4, direct)
    await pier.work()
    expect(network.visible).toHaveLength(7)
    await Promise.all([pier.several(network, 3), pier.several(network, 3, direct)])
    await pier.work()
    expect([network.visible.length, network.refusals]).toEqual([8, 0])
    await pier.wait(quarter + minute)
    expect([network.visible.length, network.refusals]).toEqual([13, 0])
  })

  test('[DL28] that an account may send nothing is heeded by all of its lanes, and that one lane may not by that one alone', async () => {
    await begin()
    const network = pier.add(new Closing(() => pier.now))
    network.opensAt = pier.now + 10 * minute
    await pier.queued(network)
    await pier.work()
    await pier.queued(network, direct)
    await pier.work()
    expect(network.asked).toEqual(['public', 'direct'])
    network.accountWide = true
    network.opensAt = pier.now + 40 * minute
    await pier.wait(11 * minute)
    expect(network.asked).toEqual(['public', 'direct', 'public'])
    await pier.queued(network, direct)
    await pier.wait(20 * minute)
    expect(network.asked).toHaveLength(3)
    await pier.wait(10 * minute)
    expect(network.asked).toHaveLength(5)
    expect(new Set(network.asked.slice(3))).toEqual(new Set(['direct', 'public']))
    expect(network.visible).toHaveLength(3)
  })

  test('[DL28] what is left for calls of every kind holds both lanes', async () => {
    await begin()
    const network = pier.add(new Closing(() => pier.now))
    Object.assign(network, { accountWide: true, told: { left: 0, resetsAt: pier.now + 5 * minute } })
    await pier.queued(network)
    await pier.work()
    await pier.queued(network, direct)
    await pier.wait(4 * minute)
    expect(network.asked).toEqual(['public'])
    await pier.wait(2 * minute)
    expect(network.asked).toEqual(['public', 'direct'])
  })
})
