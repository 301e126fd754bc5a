import type { ChannelRecord, ChannelSecrets, ChannelSettings } from '@muster/shared/channel.ts'
import type { Conflict } from '@muster/shared/conflict.ts'
import { channelSecretsElsewhere } from '@muster/shared/secret-place.ts'
import { type ChannelTrial, failedAt, finding, type Trial } from '@muster/shared/trial.ts'
import type { Channel } from '../channels/channel.ts'
import { company } from '../domain/indexes.ts'
import { type KeptSecrets, misdirected, signingInBy } from '../domain/secrets.ts'
import type { Desk } from './desk.ts'
import type { Safe } from './safe.ts'
import { vaultOf } from './vault.ts'

type Vault = ReturnType<typeof vaultOf>
type Saved = { settings: ChannelSettings | null; secrets: KeptSecrets }
/** What came of a trial, or why none was made. */
export type Tried = { trials: Trial[] } | { refusal: Conflict }

type Surroundings = {
  desk: Desk
  safe: Safe
  open: (record: ChannelRecord, secrets: ChannelSecrets, vault: Vault) => Channel
  /** ms, of a clock that only goes forward. */
  clock: () => number
  /** Hears of what nobody expected; answers the reference a person can quote. */
  fault: (error: unknown, about: string) => string
  /** How long one trial may take in all, ms. */
  limitMs?: number
}

const usualLimitMs = 30_000
/** How long a channel that ignores its limit is waited for, ms. */
const graceMs = 1_000
/** For how long what a trial made of new secrets is held for whoever saves them, ms. */
const heldMs = 600_000
const mostHeld = 100

/** Tries channels out as they would be saved, and stores nothing. */
export class Trials {
  readonly #surroundings: Surroundings
  /** By channel. A network may take a secret once and give another for it: saved without that, it would sign in no more. */
  readonly #held = new Map<string, { mark: string; vault: string; until: number }>()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  async of(trial: ChannelTrial): Promise<Tried> {
    const saved = await this.#savedOf(trial.channel.id)
    const elsewhere = channelSecretsElsewhere(saved.settings, trial.channel.settings)
    const refusal = misdirected(elsewhere, saved.secrets, trial.secrets)
    return refusal === null ? { trials: await this.#trialsOf(trial, saved.secrets) } : { refusal }
  }

  async #trialsOf({ channel: record, secrets, to }: ChannelTrial, saved: KeptSecrets): Promise<Trial[]> {
    const { open, fault, limitMs = usualLimitMs } = this.#surroundings
    let channel: Channel | null = null
    try {
      channel = open(record, this.#secretsOf(record.id, saved, secrets), this.#vaultFor(record.id, secrets))
      const signal = AbortSignal.timeout(limitMs)
      return await Promise.race([channel.probe(to, signal), tooLong(limitMs)])
    } catch (error) {
      const reference = fault(error, `trying channel ${record.id}`)
      const sentence = `Muster failed at trying it. Nothing was saved. Tell whoever runs it: ${reference}.`
      return [failedAt('reach', finding('fault', sentence, { values: { reference } }))]
    } finally {
      void channel?.close().catch(error => fault(error, `closing channel ${record.id} after a trial`))
    }
  }

  /** What a trial made of what is signed in by; null where none did. */
  heldFor(channelId: string, secrets: ChannelSecrets): string | null {
    const held = this.#held.get(channelId)
    const same = held !== undefined && held.mark === this.#markOf(secrets)
    return same && held.until > this.#surroundings.clock() ? held.vault : null
  }

  async #savedOf(channelId: string): Promise<Saved> {
    const keys = [company.channel(channelId), company.secrets(channelId)]
    const { records } = await this.#surroundings.desk.store.read(company.room, keys)
    const [record, secrets] = records.map(each => each?.value ?? null)
    return { settings: (record as ChannelRecord | null)?.settings ?? null, secrets: (secrets ?? {}) as KeptSecrets }
  }

  #secretsOf(channelId: string, saved: KeptSecrets, given: ChannelSecrets): ChannelSecrets {
    // What is entered anew may be what could not be opened.
    const others = Object.fromEntries(Object.entries(saved).filter(([name]) => !(name in given)))
    return { ...this.#surroundings.safe.open<ChannelSecrets>(company.secrets(channelId), others), ...given }
  }

  /** The channel's own where it signs in by the saved secrets; by new ones it goes on where the last trial of them ended. */
  #vaultFor(channelId: string, given: ChannelSecrets): Vault {
    const { desk, safe } = this.#surroundings
    if (Object.keys(signingInBy(given)).length === 0) return vaultOf(desk, safe, channelId)
    let vault = this.heldFor(channelId, given)
    return {
      load: async () => vault,
      save: async secret => {
        vault = secret
        this.#hold(channelId, given, secret)
      },
    }
  }

  #hold(channelId: string, secrets: ChannelSecrets, vault: string): void {
    const now = this.#surroundings.clock()
    for (const [id, { until }] of this.#held) if (until <= now || this.#held.size > mostHeld) this.#held.delete(id)
    this.#held.set(channelId, { mark: this.#markOf(secrets), vault, until: now + heldMs })
  }

  #markOf(secrets: ChannelSecrets): string {
    const by = Object.entries(signingInBy(secrets)).sort(([one], [other]) => one.localeCompare(other))
    return this.#surroundings.safe.fingerprint(JSON.stringify(by))
  }
}

async function tooLong(limitMs: number): Promise<Trial[]> {
  await new Promise(resolve => setTimeout(resolve, limitMs + graceMs).unref())
  const seconds = limitMs / 1000
  const sentence = `It gave no answer within ${seconds} seconds. Nothing was saved; look at its address, then try again.`
  return [failedAt('reach', finding('no-answer', sentence, { values: { seconds } }))]
}
