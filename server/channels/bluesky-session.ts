import type { BlueskySettings } from '@muster/shared/channel.ts'
import { z } from 'zod'
import { isListed } from './address-guard.ts'
import { Session } from './bluesky-shape.ts'
import { type Answer, BlueskyTrouble, callXrpc, type Request } from './bluesky-xrpc.ts'
import { type Concealment, concealmentOf } from './concealment.ts'
import { Obstacle, Unexpected } from './failure.ts'
import { SafeFetch } from './safe-fetch.ts'
import type { Surroundings } from './surroundings.ts'

/** What is kept between two starts: signing in is what a server allows least often. */
const Kept = z.object({
  service: z.string(),
  handle: z.string(),
  did: z.string(),
  host: z.string(),
  access: z.string(),
  refresh: z.string(),
})
type Kept = z.infer<typeof Kept>

type Opened = { type: 'open'; kept: Kept } | Exclude<Answer, { type: 'done' }>

const firstBarMs = 300_000
const longestBarMs = 3_600_000

/**
 * The account, signed in. Its tokens are shared with the other nodes through the vault: whoever finds them expired changes
 * the refresh token for new ones, and only where that is worth nothing any more signs in anew.
 */
export class BlueskySession {
  readonly #settings: BlueskySettings
  readonly #password: string
  readonly #surroundings: Surroundings
  readonly #limitMs: number
  /** What may be asked twice goes over connections that are kept; what may not has one of its own. */
  readonly #kept: SafeFetch
  readonly #single: SafeFetch
  #tokens: Kept | null = null
  #opening: Promise<Opened> | null = null
  /** A password that was refused is not tried again and again: the server would lock the account out. */
  #barred: { until: number; pauseMs: number; answer: Exclude<Answer, { type: 'done' }> } | null = null

  constructor(settings: BlueskySettings, password: string, surroundings: Surroundings, limitMs: number) {
    this.#settings = settings
    this.#password = password
    this.#surroundings = surroundings
    this.#limitMs = limitMs
    this.#kept = new SafeFetch(surroundings.internalHosts, true)
    this.#single = new SafeFetch(surroundings.internalHosts, false)
  }

  /** `once`: it must not be carried out twice. Never rejects. */
  async ask(request: Request, signal: AbortSignal, once = false): Promise<Answer> {
    if (signal.aborted) return { type: 'unsent', reason: 'It was called off.' }
    const opened = await this.#open()
    if (opened.type !== 'open') return opened
    const answer = await this.#call(opened.kept, request, signal, once)
    if (!hasExpired(answer)) return answer
    const renewed = await this.#open(opened.kept)
    return renewed.type === 'open' ? await this.#call(renewed.kept, request, signal, once) : renewed
  }

  /** What a call answers, when it looks as it should; else throws a sentence. */
  async read<Shape>(request: Request, shape: z.ZodType<Shape>, signal: AbortSignal): Promise<Shape> {
    const answer = await this.ask(request, signal)
    if (answer.type !== 'done') throw new BlueskyTrouble(answer)
    const read = shape.safeParse(answer.body)
    if (read.success) return read.data
    throw new Unexpected(`Its server answered ${request.name} with something else.`)
  }

  /** The account's DID, once it is signed in. */
  async account(): Promise<string | Exclude<Answer, { type: 'done' }>> {
    const opened = await this.#open()
    return opened.type === 'open' ? opened.kept.did : opened
  }

  close(): void {
    this.#kept.close()
    this.#single.close()
  }

  #call({ host, access }: Kept, request: Request, signal: AbortSignal, once: boolean): Promise<Answer> {
    return callXrpc(this.#line(once), host, request, access, signal)
  }

  /** Many ask at once, one signs in. `expired`: the tokens that are worth nothing any more. */
  async #open(expired: Kept | null = null): Promise<Opened> {
    if (this.#tokens !== null && this.#tokens.access !== expired?.access) return { type: 'open', kept: this.#tokens }
    this.#opening ??= this.#enter(expired).finally(() => {
      this.#opening = null
    })
    return await this.#opening
  }

  async #enter(expired: Kept | null): Promise<Opened> {
    const saved = await this.#load()
    if (saved !== null && saved.access !== expired?.access) return this.#take(saved)
    const refreshed = saved === null ? null : await this.#refresh(saved)
    if (refreshed === null || (refreshed.type === 'refused' && isWorthless(refreshed))) return await this.#signIn()
    return refreshed
  }

  async #refresh({ host, refresh }: Kept): Promise<Opened> {
    const request = { method: 'POST', name: 'com.atproto.server.refreshSession' } as const
    return await this.#keep(await callXrpc(this.#line(false), host, request, refresh, this.#limit()))
  }

  async #signIn(): Promise<Opened> {
    const { clock } = this.#surroundings
    if (this.#barred !== null && clock() < this.#barred.until) return this.#barred.answer
    const { service, handle } = this.#settings
    if (!this.#mayCall(service)) {
      const reason = `${service} would be given the password in clear: use https, or list it as an internal host.`
      return { type: 'forbidden', reason, cause: new Obstacle('in-clear', new URL(service).hostname, reason) }
    }
    const body = { identifier: handle, password: this.#password }
    const request = { method: 'POST', name: 'com.atproto.server.createSession', body } as const
    const opened = await this.#keep(await callXrpc(this.#line(false), service, request, null, this.#limit()))
    if (opened.type === 'refused') {
      const pauseMs = Math.min((this.#barred?.pauseMs ?? firstBarMs / 2) * 2, longestBarMs)
      this.#barred = { until: clock() + (opened.afterMs ?? pauseMs), pauseMs, answer: opened }
    }
    return opened
  }

  async #keep(answer: Answer): Promise<Opened> {
    if (answer.type !== 'done') return answer
    const session = Session.safeParse(answer.body).data
    if (session === undefined) {
      const reason = 'Its server answered with no session.'
      return { type: 'unsent', reason, cause: new Unexpected(reason) }
    }
    const { service, handle } = this.#settings
    const { did, accessJwt: access, refreshJwt: refresh } = session
    const kept = { service, handle, did, host: this.#hostOf(session), access, refresh }
    await this.#surroundings.vault.save(JSON.stringify(kept)).catch(error => this.#vaultFailed(error))
    this.#barred = null
    return this.#take(kept)
  }

  #take(kept: Kept): Opened {
    this.#tokens = kept
    return { type: 'open', kept }
  }

  async #load(): Promise<Kept | null> {
    const saved = await this.#surroundings.vault.load().catch(error => this.#vaultFailed(error))
    const kept = Kept.safeParse(jsonOf(saved ?? '')).data
    const { service, handle } = this.#settings
    return kept?.service === service && kept.handle === handle ? kept : null
  }

  #vaultFailed(error: unknown): null {
    const reason = error instanceof Error ? error.message : 'unknown'
    this.#surroundings.log('warn', 'tokens could not be kept', { handle: this.#settings.handle, reason })
    return null
  }

  /** The server that keeps the account, which the one it signs in at may only stand before. */
  #hostOf({ didDoc }: z.infer<typeof Session>): string {
    const endpoint = didDoc?.service.find(({ id }) => id.endsWith('#atproto_pds'))?.serviceEndpoint
    if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) return this.#settings.service
    return this.#mayCall(endpoint) ? new URL(endpoint).origin : this.#settings.service
  }

  #mayCall(address: string): boolean {
    const { protocol, hostname, port } = new URL(address)
    return protocol === 'https:' || isListed(hostname, Number(port) || 80, this.#surroundings.internalHosts)
  }

  #line(once: boolean) {
    const out = once ? this.#single : this.#kept
    return { out, conceal: this.#conceal(), clock: this.#surroundings.clock, limitMs: this.#limitMs }
  }

  #conceal(): Concealment {
    const { handle } = this.#settings
    const password = concealmentOf({ password: this.#password }, handle)
    const { access, refresh } = this.#tokens ?? { access: '', refresh: '' }
    return said =>
      password([access, refresh].filter(Boolean).reduce((text, secret) => text.replaceAll(secret, '[secret]'), said))
  }

  #limit(): AbortSignal {
    return AbortSignal.timeout(this.#limitMs)
  }
}

/** Whether the call was refused for its token alone; then it was not carried out. */
function hasExpired(answer: Answer): boolean {
  return answer.type === 'refused' && isWorthless(answer)
}

function isWorthless({ status, error, message }: { status: number; error: string; message: string }): boolean {
  if (error === 'ExpiredToken') return true
  // "Bad token …" says that the token may not do this, and a new one would not either.
  if (error === 'InvalidToken') return !message.startsWith('Bad token')
  // So it says of an account that was taken down; why, it says only to whoever renews.
  if (message.startsWith('Could not find user info')) return true
  return status === 401 && (error === 'AuthMissing' || error === 'AuthenticationRequired')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
