import { createHash } from 'node:crypto'
import type { ChannelSecrets } from '@muster/shared/channel.ts'
import { z } from 'zod'
import { wordsOf } from './concealment.ts'
import { secretMissing } from './failure.ts'
import { jsonOf } from './json.ts'
import type { Asked, SafeFetch } from './safe-fetch.ts'
import type { Surroundings } from './surroundings.ts'
import { Tokens } from './x-shape.ts'

/** What is kept between two starts. `root`: of which refresh token it comes, so that a new one in the settings counts. */
const Kept = z.object({
  root: z.string(),
  access: z.string(),
  refresh: z.string().nullable(),
  endsAt: z.number().nullable(),
})
type Kept = z.infer<typeof Kept>

/** There is no right to act for the account. The message is a sentence; `status` is X's, or what X would answer. */
export class NoAccess extends Error {
  override name = 'NoAccess'
  readonly status: number

  constructor(sentence: string, status = 401) {
    super(sentence)
    this.status = status
  }
}

/** X's access tokens last two hours; they are changed for new ones this long before they end. */
const earlyMs = 300_000
/** A refresh token that was refused is not tried with every call. */
const barMs = 30_000

/**
 * The right to act for the account. X takes a refresh token once and answers with the next, so all nodes share them through
 * the vault: who comes second finds what the first one saved.
 */
export class XTokens {
  readonly #api: string
  readonly #secrets: ChannelSecrets
  readonly #surroundings: Surroundings
  readonly #out: SafeFetch
  readonly #limitMs: number
  /** As it is marked now, and as earlier versions marked it. */
  readonly #roots: readonly [string, string]
  #kept: Kept | null = null
  #renewing: Promise<Kept> | null = null
  #barred: { until: number; error: unknown } | null = null
  #unsaved = false

  constructor(api: string, secrets: ChannelSecrets, surroundings: Surroundings, out: SafeFetch, limitMs: number) {
    this.#api = api
    this.#secrets = secrets
    this.#surroundings = surroundings
    this.#out = out
    this.#limitMs = limitMs
    const { refreshToken, token = '' } = secrets
    this.#roots = [rootOf(refreshToken ?? token), rootOf(`${refreshToken ?? ''}\n${token}`)]
  }

  /** Rejects with a sentence where there is none. */
  async access(): Promise<string> {
    const kept = this.#kept
    if (kept === null || this.#endsSoon(kept)) return (await this.#renewed(null)).access
    if (this.#unsaved) await this.#save(kept)
    return kept.access
  }

  /** As `access`, after X did not accept this one. */
  async after(spent: string): Promise<string> {
    if (this.#kept !== null && this.#kept.access !== spent) return this.#kept.access
    return (await this.#renewed(spent)).access
  }

  hide(said: string): string {
    const current = [this.#kept?.access, this.#kept?.refresh].filter(secret => typeof secret === 'string')
    return current.reduce((text, secret) => text.replaceAll(secret, '[secret]'), said)
  }

  /** Many ask at once, one renews. */
  #renewed(spent: string | null): Promise<Kept> {
    this.#renewing ??= this.#renew(spent).finally(() => {
      this.#renewing = null
    })
    return this.#renewing
  }

  async #renew(spent: string | null): Promise<Kept> {
    const saved = newer(await this.#load(), this.#kept)
    if (saved !== null && saved.access !== spent && !this.#endsSoon(saved)) return this.#take(saved)
    const refresh = saved?.refresh ?? this.#secrets.refreshToken ?? null
    if (refresh === null) return this.#take(this.#lasting(spent))
    const { clock } = this.#surroundings
    if (this.#barred !== null && clock() < this.#barred.until) throw this.#barred.error
    try {
      return await this.#change(refresh, saved)
    } catch (error) {
      this.#barred = { until: clock() + barMs, error }
      throw error
    }
  }

  async #change(refresh: string, saved: Kept | null): Promise<Kept> {
    const asked = await this.#ask(refresh)
    if (asked.type !== 'answered') {
      const words = wordsOf(asked.error)
      throw new Error(asked.type === 'forbidden' ? words : `X could not be reached: ${words}`, { cause: asked.error })
    }
    const tokens = asked.status === 200 ? Tokens.safeParse(jsonOf(asked.body)).data : undefined
    if (tokens !== undefined) {
      const { access_token: access, refresh_token: next, expires_in: seconds } = tokens
      const endsAt = this.#surroundings.clock() + (seconds ?? 7_200) * 1_000
      return await this.#save(this.#take({ root: this.#roots[0], access, refresh: next ?? refresh, endsAt }))
    }
    const since = await this.#load()
    if (since !== null && since.access !== saved?.access) return this.#take(since)
    if (asked.status !== 400 && asked.status !== 401)
      throw new NoAccess(`X gave no access: status ${asked.status}.`, asked.status)
    throw new NoAccess('X no longer accepts the refresh token of this channel: sign in again and save the new one.')
  }

  #ask(refresh: string): Promise<Asked> {
    const { clientId = '', clientSecret } = this.#secrets
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    const body = { grant_type: 'refresh_token', refresh_token: refresh, client_id: clientId }
    return this.#out.ask({
      method: 'POST',
      url: new URL('/2/oauth2/token', this.#api).href,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        ...(clientSecret !== undefined && { authorization: `Basic ${basic}` }),
      },
      body: new URLSearchParams(body).toString(),
      limitMs: this.#limitMs,
      // Whoever called it off, the next token must not be lost.
      signal: AbortSignal.timeout(this.#limitMs),
    })
  }

  /** A token without a refresh token is used for as long as X takes it. */
  #lasting(spent: string | null): Kept {
    const { token } = this.#secrets
    if (token === undefined) throw secretMissing('token', 'This channel has no access token.')
    if (token === spent) throw new NoAccess('X no longer accepts the access token of this channel: save a new one.')
    return { root: this.#roots[0], access: token, refresh: null, endsAt: null }
  }

  async #load(): Promise<Kept | null> {
    const saved = await this.#surroundings.vault.load().catch(error => this.#vaultFailed(error))
    const kept = Kept.safeParse(jsonOf(saved ?? '')).data
    return kept !== undefined && this.#roots.includes(kept.root) ? kept : null
  }

  async #save(kept: Kept): Promise<Kept> {
    this.#unsaved = false
    await this.#surroundings.vault.save(JSON.stringify(kept)).catch(error => {
      this.#unsaved = true
      this.#vaultFailed(error)
    })
    return kept
  }

  #vaultFailed(error: unknown): null {
    this.#surroundings.log('warn', 'the vault of an X channel failed', { reason: this.hide(wordsOf(error)) })
    return null
  }

  #take(kept: Kept): Kept {
    this.#kept = kept
    this.#barred = null
    return kept
  }

  #endsSoon({ endsAt }: Kept): boolean {
    return endsAt !== null && this.#surroundings.clock() > endsAt - earlyMs
  }
}

function rootOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 32)
}

/** Where saving failed, what this node holds is newer than what the vault does. */
function newer(saved: Kept | null, held: Kept | null): Kept | null {
  return (held?.endsAt ?? 0) > (saved?.endsAt ?? 0) ? held : saved
}
