import type { Channel } from '@muster/server/channels/channel.ts'
import { Safe } from '@muster/server/desk/safe.ts'
import { sealed } from '@muster/server/desk/sealing.ts'
import { Switchboard } from '@muster/server/desk/switchboard.ts'
import { muster } from '@muster/server/domain/decision.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { KeptSecrets } from '@muster/server/domain/secrets.ts'
import type { ChannelRecord, ChannelSecrets } from '@muster/shared/channel.ts'
import { expect, test } from 'vitest'
import { cora, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { until } from '../support/until.ts'

class Listening extends Network {
  override async receive(...[, , signal]: Parameters<Channel['receive']>): Promise<void> {
    await new Promise(resolve => signal.addEventListener('abort', resolve))
  }
}

class Failing extends Network {
  override async receive(): Promise<void> {
    throw new Error('It broke at hunter2.')
  }
}

const secrets: ChannelSecrets = { token: 'hunter2', bearer: 'swordfish', clientId: 'acme' }
const elsewhere = new Safe({ current: Buffer.alloc(32, 8), former: [] })

onEachStore(shelf => {
  async function setup(open: (id: string) => Channel) {
    const desk = deskOn(await shelf.open())
    const faults: unknown[] = []
    const fault = (error: unknown) => {
      faults.push(error)
      return 'reference-7'
    }
    const given = { desk, safe, take: async () => {}, clock: Date.now, fault }
    const switchboard = new Switchboard({ ...given, open: ({ id }) => open(id) })
    await switchboard.start()
    const settings = { kind: 'webhook', replyUrl: null, longest: 100, deduplicates: true } as const
    let channel: ChannelRecord = { id: nextId('channel'), name: 'Acme', enabled: true, incidentId: null, settings }
    const key = company.secrets(channel.id)
    const save = (given: ChannelSecrets, enabled = true) => {
      channel = { ...channel, enabled }
      const command = { id: nextId(), type: 'channel/save', channel, secrets: given } as const
      return desk.handle(company.room, sealed(safe, command), cora)
    }
    const keep = async (changed: (kept: KeptSecrets) => KeptSecrets) => {
      const { records } = await desk.store.read(company.room, [key])
      const from = records[0]?.value as KeptSecrets
      const command = { id: nextId(), type: 'secrets/reseal', key, from, to: changed(from) } as const
      expect(await desk.handle(company.room, command, muster)).toMatchObject({ answer: { resealed: true } })
    }
    const health = () => switchboard.health(channel)
    return { switchboard, save, keep, health, faults, id: channel.id, key }
  }

  test('[CH64] secrets that cannot be opened are named, all of them, and entered again they open it', async () => {
    const { switchboard, save, keep, health, id, key } = await setup(id => new Listening(id))
    await save(secrets)
    await until('it to be open', () => switchboard.channel(id))
    const foreign = elsewhere.seal(key, { token: 'hunter2', bearer: 'swordfish' }) as KeptSecrets
    await keep(kept => ({ ...kept, ...foreign }))
    await save({})
    await until('it not to be open', () => switchboard.channel(id) === null && health().complaint)
    expect(health()).toMatchObject({
      state: 'away',
      complaint: { code: 'not-opened', trouble: 'key-missing', secrets: ['token', 'bearer'] },
    })
    await keep(kept => ({ ...kept, bearer: { ...kept.clientId, key: safe.keyId, box: 'AAAA' } }))
    await save({})
    await until('another reason', () => health().complaint?.trouble === 'secret-changed')
    expect(health().complaint?.secrets).toEqual(['token', 'bearer'])
    await save({ token: 'new', bearer: 'new' })
    await until('it to be open again', () => switchboard.channel(id))
    expect(health().complaint).toBeNull()
    await switchboard.close()
  })

  test('[CH64] what nobody foresaw is told by its reference alone, and one that is switched off has no trouble', async () => {
    const { switchboard, save, health, faults, id } = await setup(() => {
      throw new Error('It broke at hunter2.')
    })
    await save(secrets)
    await until('the reason', () => health().complaint)
    expect(health()).toMatchObject({
      state: 'away',
      complaint: { trouble: 'ours', reference: 'reference-7' },
    })
    expect(JSON.stringify(health())).not.toContain('hunter2')
    expect(String(faults[0])).toContain('It broke')
    expect(switchboard.own(id)).toMatchObject({ state: 'away', currentAt: null })
    await save({}, false)
    await until('it to be off', () => health().state === 'off')
    expect(switchboard.own(id)).toBeNull()
    await switchboard.close()
  })

  test('[CH64] a channel that stopped receiving does not look as if it did', async () => {
    const { switchboard, save, health } = await setup(id => new Failing(id))
    await save(secrets)
    await until('it to have stopped', () => health().complaint)
    expect(health()).toMatchObject({ state: 'away', complaint: { code: 'stopped', trouble: 'ours' } })
    expect(JSON.stringify(health())).not.toContain('hunter2')
    await switchboard.close()
  })
})
