import type { ChannelRecord, ChannelSecrets, ChannelSettings } from '@muster/shared/channel.ts'
import type { ChannelView } from '@muster/shared/endpoint.ts'
import { channelSecretsElsewhere } from '@muster/shared/secret-place.ts'
import type { Trial, TrialsAnswer } from '@muster/shared/trial.ts'
import { amountOf, learntBy, limitsOf } from './channel-limits.ts'
import { ask } from './http.ts'
import { path } from './path.ts'
import { SettingsEntry } from './settings-entry.svelte.ts'
import { alike, areTried, type Tried } from './tried.ts'
import type { Workplace } from './workplace.svelte.ts'

/** What every channel's form has, and what is done with it; what only one kind has stays in its own screen. */
export class ChannelForm {
  readonly former: ChannelView | null
  readonly #entry: SettingsEntry<ChannelView>
  name = $state('')
  enabled = $state(true)
  sameness = $state.raw<ChannelRecord['sameness']>(null)
  /** Replies an hour, dollars a month and seconds, as they are typed; empty for none. */
  perHour = $state('')
  costCap = $state('')
  lag = $state('')
  #trying = $state(false)
  #trials = $state.raw<readonly Trial[] | null>(null)
  #learnt = $state.raw<Tried['learnt']>({})
  #tried: Tried | null = null

  constructor(work: Workplace, former: ChannelView | null) {
    this.former = former
    this.#entry = new SettingsEntry(work.courier, work.channels, former)
    this.name = former?.name ?? ''
    this.enabled = former?.enabled ?? true
    this.sameness = former?.sameness ?? null
    Object.assign(this, amountOf(former))
  }

  get busy(): boolean {
    return this.#entry.busy
  }

  get trying(): boolean {
    return this.#trying
  }

  get trouble(): string | null {
    return this.#entry.trouble
  }

  /** What came of the last try of what stands in the form; null before. */
  get trials(): readonly Trial[] | null {
    return this.#trials
  }

  /** Settings its network told when it was tried. */
  get learnt(): Tried['learnt'] {
    return this.#learnt
  }

  get id(): string {
    return this.#entry.idFor(this.name)
  }

  /** Whether a secret of this name is stored. */
  has(secret: keyof ChannelSecrets): boolean {
    return this.former?.secrets.includes(secret) ?? false
  }

  /** Whether a secret is stored that these settings send nowhere but where it was given for. */
  keeps(secret: keyof ChannelSecrets, settings: ChannelSettings): boolean {
    return this.has(secret) && !channelSecretsElsewhere(this.former?.settings ?? null, settings).includes(secret)
  }

  /** Answers the id it is saved under; null where it is not. */
  async save(settings: ChannelSettings, secrets: ChannelSecrets): Promise<string | null> {
    return this.#entry.save(this.name, (id, over) => {
      const channel = { ...this.#record(settings), id }
      return { type: 'channel/save', channel, secrets: given(secrets), over }
    })
  }

  /** Has the server read and send a test with what stands in the form; `to` empty: to the account itself. */
  async tryOut(settings: ChannelSettings, secrets: ChannelSecrets, to: string): Promise<void> {
    if (this.#trying) return
    this.#trying = true
    this.#trials = null
    const body = { channel: this.#record(settings), secrets: given(secrets), to: to.trim() || null }
    const answer = await ask<TrialsAnswer>('POST', path.tryChannel, body)
    this.#trying = false
    this.#entry.trouble = answer.type === 'ok' ? null : answer.sentence
    if (answer.type !== 'ok') return
    const { trials } = answer.body
    const learnt = { ...this.#learnt, ...learntBy(trials) }
    this.#tried = { settings, secrets: body.secrets, learnt }
    this.#learnt = learnt
    this.#trials = trials
  }

  /** What came of trying out something else says nothing of what stands in the form now. */
  outdate(settings: ChannelSettings, secrets: ChannelSecrets): void {
    const trials = this.#trials
    if (this.#tried === null) return
    const stays = areTried(settings, this.#tried)
    if (trials !== null && !(stays && alike(given(secrets), this.#tried.secrets))) this.#trials = null
    if (stays) return
    this.#tried = null
    this.#learnt = {}
  }

  #record(settings: ChannelSettings): ChannelRecord {
    const { id, name, enabled, sameness } = this
    const incidentId = this.former?.incidentId ?? null
    return { id, name: name.trim() || id, enabled, incidentId, settings, sameness: sameness ?? null, ...limitsOf(this) }
  }
}

/** What was left empty stays as it is stored. */
function given(secrets: ChannelSecrets): ChannelSecrets {
  return Object.fromEntries(Object.entries(secrets).filter(([, secret]) => secret !== '' && secret !== undefined))
}
