import { createHash } from 'node:crypto'
import type { ChannelSecrets, MailSettings } from '@muster/shared/channel.ts'
import { z } from 'zod'
import { isListed } from './address-guard.ts'
import { wordsOf } from './concealment.ts'
import { Obstacle } from './failure.ts'
import { NoToken } from './mail-advice.ts'
import { type Asked, SafeFetch } from './safe-fetch.ts'
import type { Surroundings } from './surroundings.ts'

/** A token is not used in the last minute it is good for: a sign-in takes its time. */
const marginMs = 60_000
const limitMs = 10_000
const longestAnswer = 65_536
/** Where the server does not say how long a token is good for. */
const usualSeconds = 300

const Answer = z.object({
  access_token: z.string().min(1).max(16_000),
  expires_in: z.coerce.number().positive().max(31_536_000).optional(),
  refresh_token: z.string().min(1).max(8_000).optional(),
})
const Complaint = z.object({ error: z.string().max(200), error_description: z.string().max(2_000).optional() })

/** What the vault keeps. `of` says which refresh token of the settings it began with: with another it is void. */
const Kept = z.object({ of: z.string(), refreshToken: z.string(), accessToken: z.string(), endsAt: z.number() })
type Kept = z.infer<typeof Kept>

type OAuth = NonNullable<MailSettings['oauth']>

/**
 * Access tokens for one mailbox. Every node uses the one in the vault until it ends; whoever needs the next one changes the
 * refresh token for it and keeps what came, as many servers give a new refresh token each time.
 */
export class AccessTokens {
  readonly #oauth: OAuth
  readonly #given: string
  readonly #clientSecret: string | undefined
  readonly #surroundings: Surroundings
  #kept: Kept | null = null
  #asking: Promise<string> | null = null

  constructor(oauth: OAuth, secrets: ChannelSecrets, surroundings: Surroundings) {
    this.#oauth = oauth
    this.#given = secrets.refreshToken ?? ''
    this.#clientSecret = secrets.clientSecret
    this.#surroundings = surroundings
  }

  /** A token that is good now. Rejects with a sentence where there is none. */
  token(): Promise<string> {
    if (this.#kept !== null && this.#isGood(this.#kept)) return Promise.resolve(this.#kept.accessToken)
    this.#asking ??= this.#next().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  /** The mail server does not take this token, whenever it ends. */
  refused(token: string): void {
    if (this.#kept?.accessToken === token) this.#kept = { ...this.#kept, endsAt: 0 }
  }

  /** Takes the tokens out of what a server said. */
  conceal(said: string): string {
    const secrets = this.#kept === null ? [] : [this.#kept.accessToken, this.#kept.refreshToken]
    return secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), said)
  }

  async #next(): Promise<string> {
    if (this.#given === '') throw new NoToken('This channel has no refresh token to sign in with')
    const shared = await this.#load()
    // Another node may have been first.
    const isNews = shared !== null && shared.accessToken !== this.#kept?.accessToken
    if (isNews && this.#isGood(shared)) return this.#keep(shared).accessToken
    const refreshToken = shared?.refreshToken ?? this.#given
    const changed = await this.#change(refreshToken)
    if (changed !== null) return changed
    // Two nodes that change one refresh token at once: the other one has kept its successor.
    const later = await this.#load()
    const isOther = later !== null && later.refreshToken !== refreshToken
    const again = isOther ? await this.#change(later.refreshToken) : null
    if (again !== null) return again
    throw new NoToken(
      'The sign-in that was set up is over (invalid_grant): sign in again and enter the new refresh token',
      { status: 401, said: 'invalid_grant' },
    )
  }

  /** Changes a refresh token for an access token; null where it is good for nothing any more. */
  async #change(refreshToken: string): Promise<string | null> {
    const begun = this.#surroundings.clock()
    const asked = await this.#ask(refreshToken)
    if (asked.type !== 'answered') {
      const reason = wordsOf(asked.error)
      throw new NoToken(`${this.#oauth.tokenUrl} could not be asked for an access token: ${reason}`, {
        cause: asked.error,
      })
    }
    const body = jsonOf(asked.body)
    const complaint = Complaint.safeParse(body).data
    if (complaint?.error === 'invalid_grant') return null
    const answer = Answer.safeParse(body).data
    if (asked.status !== 200 || answer === undefined) {
      const said = [complaint?.error, complaint?.error_description].filter(Boolean).join(': ')
      const sentence = `${this.#oauth.tokenUrl} gave no access token (status ${asked.status}${said && `, ${said}`})`
      throw new NoToken(sentence, { status: asked.status, said })
    }
    const endsAt = begun + (answer.expires_in ?? usualSeconds) * 1000
    const kept = {
      of: this.#of(),
      refreshToken: answer.refresh_token ?? refreshToken,
      accessToken: answer.access_token,
      endsAt,
    }
    await this.#surroundings.vault.save(JSON.stringify(kept))
    return this.#keep(kept).accessToken
  }

  async #ask(refreshToken: string): Promise<Asked> {
    const { tokenUrl, clientId, scope } = this.#oauth
    const { protocol, hostname, port } = new URL(tokenUrl)
    const { internalHosts } = this.#surroundings
    if (protocol === 'http:' && !isListed(hostname, Number(port) || 80, internalHosts)) {
      const reason = 'it would be told the refresh token in clear; use https'
      return { type: 'forbidden', error: new Obstacle('in-clear', hostname, reason) }
    }
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId })
    if (this.#clientSecret !== undefined) form.set('client_secret', this.#clientSecret)
    if (scope !== '') form.set('scope', scope)
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    const out = new SafeFetch(internalHosts, false)
    const signal = AbortSignal.timeout(limitMs)
    const asked = await out.ask({
      method: 'POST',
      url: tokenUrl,
      headers,
      body: form.toString(),
      limitMs,
      signal,
      longest: longestAnswer,
    })
    out.close()
    return asked
  }

  async #load(): Promise<Kept | null> {
    const kept = Kept.safeParse(jsonOf(await this.#surroundings.vault.load())).data
    return kept?.of === this.#of() ? kept : null
  }

  #keep(kept: Kept): Kept {
    this.#kept = kept
    return kept
  }

  #of(): string {
    return createHash('sha256').update(this.#given).digest('hex').slice(0, 16)
  }

  #isGood({ endsAt }: Kept): boolean {
    return endsAt - marginMs > this.#surroundings.clock()
  }
}

function jsonOf(text: Buffer | string | null): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return null
  }
}
