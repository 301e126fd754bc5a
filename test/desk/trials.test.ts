import { type Ask, askOf } from '@muster/server/desk/ask.ts'
import type { Desk } from '@muster/server/desk/desk.ts'
import { Trials } from '@muster/server/desk/trials.ts'
import { vaultOf } from '@muster/server/desk/vault.ts'
import { muster } from '@muster/server/domain/decision.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { KeptSecrets } from '@muster/server/domain/secrets.ts'
import type { ChannelSecrets } from '@muster/shared/channel.ts'
import { failedAt, finding, type Trial, went } from '@muster/shared/trial.ts'
import { beforeAll, expect, test } from 'vitest'
import { cora, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { until } from '../support/until.ts'

type Probe = (signal: AbortSignal) => Promise<Trial[]>
type Opened = { network: Tried; secrets: ChannelSecrets; vault: ReturnType<typeof vaultOf> }

class Tried extends Network {
  closed = false
  readonly to: (string | null)[] = []
  readonly #probe: Probe

  constructor(id: string, probe: Probe) {
    super(id)
    this.#probe = probe
  }

  override async probe(...[to, signal]: [string | null, AbortSignal] | []): Promise<Trial[]> {
    this.to.push(to ?? null)
    return this.#probe(signal ?? AbortSignal.abort())
  }

  override async close(): Promise<void> {
    this.closed = true
  }
}

const settings = { kind: 'webhook', replyUrl: null, longest: 100, deduplicates: true } as const
const fine = went('sign-in', finding('signed-in', 'It let us in.', { learnt: { longest: 500 } }))

onEachStore(shelf => {
  let desk: Desk
  beforeAll(async () => {
    desk = deskOn(await shelf.open())
  })

  function setup(probe: Probe = async () => [fine], limitMs = 10_000) {
    const id = nextId('channel')
    const channel = { id, name: id, enabled: true, incidentId: null, settings }
    const opened: Opened[] = []
    const faults: unknown[] = []
    const clock = { now: 0 }
    const trials = new Trials({
      desk,
      safe,
      limitMs,
      clock: () => clock.now,
      fault: error => `fault-${faults.push(error)}`,
      open: (record, secrets, vault) => {
        const network = new Tried(record.id, probe)
        opened.push({ network, secrets, vault })
        return network
      },
    })
    const none = () => Promise.reject(new Error('not part of this'))
    const acts = { invite: none, openJoin: none, retryQuarantined: none, startDrill: none, stopDrill: none }
    const tried = trials.heldFor.bind(trials)
    const ask: Ask = askOf(desk, { ...acts, tried, incidentDeclared: none }, safe)
    const save = async (secrets: ChannelSecrets) =>
      expect(await ask(cora, { id: nextId(), type: 'channel/save', channel, secrets })).toMatchObject({ type: 'done' })
    const attempt = async (secrets: ChannelSecrets = {}, to: string | null = null) => {
      const tried = await trials.of({ channel, secrets, to })
      if ('refusal' in tried) throw new Error(tried.refusal.sentence)
      return tried.trials
    }
    return { id, opened, faults, clock, save, attempt, vault: vaultOf(desk, safe, id) }
  }

  test('[CH70] a channel is tried with the secrets given and the saved ones beside them, and nothing is stored', async () => {
    const { id, opened, save, attempt } = setup()
    expect(await attempt({ password: 'first' }, 'kim@example.com')).toEqual([fine])
    expect(await desk.store.read(company.room, [company.channel(id), company.secrets(id)])).toMatchObject({
      records: [null, null],
    })
    await save({ password: 'first', token: 'kept' })
    const { seq } = await desk.store.top(company.room)
    await attempt({ password: 'second' })
    expect(opened.map(({ secrets }) => secrets)).toEqual([{ password: 'first' }, { password: 'second', token: 'kept' }])
    expect(opened.map(({ network }) => network.to)).toEqual([['kim@example.com'], [null]])
    expect((await desk.store.top(company.room)).seq).toBe(seq)
  })

  test('[CH70] what its network gave for a new secret is there when that secret is saved, and for no other', async () => {
    const { opened, save, attempt, vault } = setup()
    await attempt({ refreshToken: 'once' })
    expect(await opened[0]?.vault.load()).toBeNull()
    await opened[0]?.vault.save('what it gave')
    expect(await vault.load()).toBeNull()
    await attempt({ refreshToken: 'once', bearer: 'put right after the trial' })
    expect(await opened[1]?.vault.load()).toBe('what it gave')
    await save({ refreshToken: 'another' })
    expect(await vault.load()).toBeNull()
    await save({ refreshToken: 'once', bearer: 'put right after the trial' })
    expect(await vault.load()).toBe('what it gave')
  })

  test('[CH64] a saved secret that cannot be opened keeps nobody from trying the one that is entered for it', async () => {
    const { id, opened, save, attempt } = setup()
    await save({ token: 'damaged', bearer: 'kept' })
    const key = company.secrets(id)
    const { records } = await desk.store.read(company.room, [key])
    const from = records[0]?.value as KeptSecrets
    const to = { ...from, token: { ...from.token, box: 'AAAA' } }
    await desk.handle(company.room, { id: nextId(), type: 'secrets/reseal', key, from, to }, muster)
    expect(await attempt({ token: 'anew' })).toEqual([fine])
    expect(opened.map(({ secrets }) => secrets)).toEqual([{ bearer: 'kept', token: 'anew' }])
  })

  test('[CH70] with its saved secrets it works with its own vault, with new ones it begins anew', async () => {
    const { opened, save, attempt, vault } = setup()
    await save({ refreshToken: 'once' })
    await vault.save('today')
    await attempt()
    expect(await opened[0]?.vault.load()).toBe('today')
    await opened[0]?.vault.save('tomorrow')
    expect(await vault.load()).toBe('tomorrow')
    await attempt({ bearer: 'new' })
    expect(await opened[1]?.vault.load()).toBe('tomorrow')
    await attempt({ refreshToken: 'new' })
    expect(await opened[2]?.vault.load()).toBeNull()
  })

  test('[CH70] what a trial was given is held for ten minutes', async () => {
    const { opened, clock, save, attempt, vault } = setup()
    await attempt({ refreshToken: 'once' })
    await opened[0]?.vault.save('what it gave')
    clock.now = 600_000
    await save({ refreshToken: 'once' })
    expect(await vault.load()).toBeNull()
  })

  test('[CH71] [WB131] a network that is silent ends the trial in time, and what was opened is closed', async () => {
    const endless = () => new Promise<never>(() => {})
    const { opened, attempt } = setup(endless, 20)
    const sentence = expect.stringMatching(/^It gave no answer within 0\.02 seconds\./)
    expect(await attempt()).toMatchObject([
      { step: 'reach', ok: false, code: 'no-answer', values: { seconds: 0.02 }, sentence },
    ])
    await until('it to be closed', () => opened[0]?.network.closed)
  })

  test('[CH71] a channel that heeds its limit says itself how far it came', async () => {
    const gaveUp = failedAt('read', finding('failed', 'It let us in, and then said nothing.'))
    const heeding: Probe = signal =>
      new Promise(resolve => signal.addEventListener('abort', () => resolve([fine, gaveUp])))
    const { opened, attempt } = setup(heeding, 20)
    expect(await attempt()).toEqual([fine, gaveUp])
    await until('it to be closed', () => opened[0]?.network.closed)
  })

  test('[CH71] [WB131] a channel that fails at itself is a sentence with a reference, and no secret is in it', async () => {
    const failing: Probe = () => Promise.reject(new Error('hunter2 is wrong'))
    const { faults, opened, attempt } = setup(failing)
    const [trial] = await attempt({ password: 'hunter2' })
    expect(trial).toMatchObject({ ok: false, code: 'fault', values: { reference: 'fault-1' } })
    expect(trial?.sentence).toContain('fault-1')
    expect(trial?.sentence).not.toContain('hunter2')
    expect(faults).toHaveLength(1)
    await until('it to be closed', () => opened[0]?.network.closed)
  })
})
