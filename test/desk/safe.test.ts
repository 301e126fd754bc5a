import { randomBytes } from 'node:crypto'
import { Safe } from '@muster/server/desk/safe.ts'
import { sealed } from '@muster/server/desk/sealing.ts'
import { vaultOf } from '@muster/server/desk/vault.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { KeptSecrets, Sealed } from '@muster/server/domain/secrets.ts'
import type { ChannelSecrets } from '@muster/shared/channel.ts'
import { expect, test } from 'vitest'
import { cora, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'

const [first, second] = [randomBytes(32), randomBytes(32)]
const under = (current: Buffer, ...former: Buffer[]) => new Safe({ current, former })
const keptOf = (given: Safe, record: string, secrets: object) => given.seal(record, { ...secrets }) as KeptSecrets

test('[AC20] a sealed secret opens in its own record under its own name alone', () => {
  const one = under(first)
  const kept = keptOf(one, 'secrets/mail', { password: 'hunter2', signing: ['a', 'b'] })
  expect(one.open('secrets/mail', kept)).toEqual({ password: 'hunter2', signing: ['a', 'b'] })
  expect(JSON.stringify(kept)).not.toContain('hunter2')
  expect(() => one.open('secrets/other', kept)).toThrow('"password", "signing" were changed where they are kept')
  const { password, signing } = kept as { password: Sealed; signing: Sealed }
  expect(() => one.open('secrets/mail', { password: signing })).toThrow('cannot be opened')
  expect(() => one.open('secrets/mail', { token: password })).toThrow('cannot be opened')
})

test('[CH64] all that cannot be opened are named at once; where any was changed, a key that comes back would not do', () => {
  const kept = keptOf(under(first), 'secrets/x', { token: 'a', bearer: 'b' })
  const own = keptOf(under(second), 'secrets/x', { clientId: 'c' })
  const open = (more: KeptSecrets) => () => under(second).open('secrets/x', { ...kept, ...own, ...more })
  expect(open({})).toThrow(expect.objectContaining({ names: ['token', 'bearer'], why: 'key-missing' }))
  const forged = { clientId: { ...own.clientId, box: 'AAAA' } as Sealed }
  expect(open(forged)).toThrow(
    expect.objectContaining({ names: ['token', 'bearer', 'clientId'], why: 'secret-changed' }),
  )
})

test('[AC20] of a sealed secret no bit can be changed, and no two are alike', () => {
  const one = under(first)
  const { password } = keptOf(one, 'secrets/mail', { password: 'hunter2' }) as { password: Sealed }
  const bytes = Buffer.from(password.box, 'base64url')
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    const forged = { password: { ...password, box: changed.toString('base64url') } }
    expect(() => one.open('secrets/mail', forged)).toThrow('cannot be opened')
  }
  const cut = { password: { ...password, box: bytes.subarray(0, 20).toString('base64url') } }
  expect(() => one.open('secrets/mail', cut)).toThrow('cannot be opened')
  const boxes = Array.from({ length: 200 }, () => keptOf(one, 'secrets/mail', { password: 'hunter2' }).password?.box)
  expect(new Set(boxes).size).toBe(200)
})

test('[AC23] what a former key sealed, or nobody did, is sealed under the key of today; the rest stays as it is', () => {
  const record = 'secrets/mail'
  const old = keptOf(under(first), record, { password: 'hunter2' })
  const both = under(second, first)
  const renewed = both.renew(record, { ...old, token: 'in clear' })
  expect(under(second).open(record, renewed)).toEqual({ password: 'hunter2', token: 'in clear' })
  expect(both.renew(record, renewed)).toEqual(renewed)
  expect(() => under(second).open(record, old)).toThrow('a key that is not here')
  expect(under(second).renew(record, old)).toEqual(old)
})

test('[AC24] a mark of a text is the same under one key, and another under another', () => {
  expect(under(first).fingerprint('a')).toBe(under(first).fingerprint('a'))
  expect(under(first).fingerprint('a')).not.toBe(under(second).fingerprint('a'))
})

onEachStore(shelf => {
  async function setup() {
    const desk = deskOn(await shelf.open())
    const id = nextId('channel')
    const settings = { kind: 'webhook', replyUrl: null, longest: 100, deduplicates: true } as const
    const channel = { id, name: id, enabled: false, incidentId: null, settings }
    const save = async (secrets: ChannelSecrets) => {
      const command = { id: nextId(), type: 'channel/save', channel, secrets } as const
      expect(await desk.handle(company.room, sealed(safe, command), cora)).toMatchObject({ type: 'done' })
      const { records } = await desk.store.read(company.room, [company.secrets(id)])
      return safe.open<ChannelSecrets>(company.secrets(id), records[0]?.value as KeptSecrets)
    }
    return { desk, id, save, vault: vaultOf(desk, safe, id) }
  }

  test('[AC21] what is left out stays, what is empty is taken away', async () => {
    const { save } = await setup()
    await save({ password: 'first', token: 'kept' })
    expect(await save({ password: 'second' })).toEqual({ password: 'second', token: 'kept' })
    expect(await save({ token: '', signing: [] })).toEqual({ password: 'second' })
  })

  test('[AC21] what a channel made of what it signs in by goes with it, and stays whatever else is new', async () => {
    const { save, vault } = await setup()
    await save({ password: 'first' })
    expect(await vault.load()).toBeNull()
    await vault.save('a session')
    await save({})
    await save({ bearer: 'new', clientSecret: 'new', consumerSecret: 'new' })
    expect(await vault.load()).toBe('a session')
    await save({ password: 'second' })
    expect(await vault.load()).toBeNull()
    await vault.save('another')
    await save({ refreshToken: 'new' })
    expect(await vault.load()).toBeNull()
  })

  test("[AC20] a channel's vault is sealed for it alone", async () => {
    const { desk, id, vault } = await setup()
    await vault.save('a refreshed token')
    const { records } = await desk.store.read(company.room, [company.vault(id)])
    const { secret } = (records[0]?.value ?? {}) as { secret: Sealed }
    expect(JSON.stringify(records)).not.toContain('a refreshed token')
    expect(() => safe.openOne(company.vault('other'), 'secret', secret)).toThrow('cannot be opened')
  })
})
