import type { Failure } from '@muster/shared/failure.ts'
import { setbackOf } from '@muster/shared/setback.ts'
import type { StatusPage } from '@muster/shared/status-page.ts'
import type { z } from 'zod'
import { type Concealment, concealmentOf } from '../channels/concealment.ts'
import { failureOf } from '../channels/failure.ts'
import { type Asked, SafeFetch } from '../channels/safe-fetch.ts'
import type { Brought, Ending, Page, Publication, Seen, Turn } from './page.ts'
import { pauseOf, refused, unanswered } from './refusal.ts'
import { belongsTo, Complaint, Incident, Incidents, incidentOf, looksLike, shows } from './statuspage-incident.ts'

const limitMs = 10_000
const longest = 4 * 1024 * 1024

type Settings = {
  settings: Extract<StatusPage['settings'], { kind: 'statuspage' }>
  token: string
  internalHosts: readonly string[]
  clock: () => number
  /** One for everything that is asked with this token. */
  turn: Turn
}

type Request = { method: 'GET' | 'POST' | 'PATCH'; path: string; body?: object }
type Answer = Asked | { type: 'late' }

/**
 * A page of Statuspage. It knows no idempotency key, so every update carries a mark of ours, by which it is found again
 * where the answer was lost.
 */
export class Statuspage implements Page {
  readonly repeatable = false
  readonly #settings: Settings
  readonly #out: SafeFetch
  readonly #conceal: Concealment

  constructor(settings: Settings) {
    this.#settings = settings
    this.#out = new SafeFetch(settings.internalHosts, false)
    this.#conceal = concealmentOf({ token: settings.token }, '')
  }

  async bring(publication: Publication, signal: AbortSignal): Promise<Brought> {
    const externalId = await this.#placeOf(publication, signal)
    if (typeof externalId === 'object') return externalId ?? this.#create(publication, signal)
    const body = incidentOf({ ...publication, externalId }, this.#settings.settings.components)
    const answer = await this.#ask({ method: 'PATCH', path: `/incidents/${externalId}`, body }, signal)
    // Somebody deleted it there: it begins anew.
    if (answer.type === 'answered' && answer.status === 404) return this.#create(publication, signal)
    return this.#judge(answer)
  }

  async find(publication: Publication, signal: AbortSignal): Promise<Seen> {
    const { externalId } = publication
    if (externalId !== null) {
      const answer = await this.#ask({ method: 'GET', path: `/incidents/${externalId}` }, signal)
      // Deleted there, it may have begun anew under another id.
      const gone = answer.type === 'answered' && answer.status === 404
      if (!gone) return this.#recognize(publication, answer, Incident)
    }
    const answer = await this.#ask({ method: 'GET', path: '/incidents?limit=100' }, signal)
    return this.#recognize(publication, answer, Incidents)
  }

  /** Which incident it goes on with; null: it begins one. Where a person saw the former update there, its id is not known. */
  async #placeOf(publication: Publication, signal: AbortSignal): Promise<string | null | Brought> {
    const { externalId, begun, incident } = publication
    if (externalId !== null || !begun) return externalId
    const answer = await this.#ask({ method: 'GET', path: '/incidents?limit=100' }, signal)
    const incidents = answer.type === 'answered' && answer.status === 200 ? readAs(Incidents, answer.body) : null
    if (incidents === null) return refused(setbackOf('not-asked'), 0)
    return incidents.find(each => belongsTo(each, incident.id))?.id ?? null
  }

  close(): void {
    this.#out.close()
  }

  async #create(publication: Publication, signal: AbortSignal): Promise<Brought> {
    const body = incidentOf({ ...publication, externalId: null }, this.#settings.settings.components)
    return this.#judge(await this.#ask({ method: 'POST', path: '/incidents', body }, signal))
  }

  async #ask({ method, path, body }: Request, signal: AbortSignal): Promise<Answer> {
    const { settings, token, turn } = this.#settings
    const ended = await turn.take(signal).catch(() => null)
    if (ended === null) return { type: 'late' }
    const headers = {
      authorization: `OAuth ${token}`,
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'Muster',
    }
    const url = `${settings.api.replace(/\/+$/, '')}/pages/${settings.pageId}${path}`
    const text = body === undefined ? null : JSON.stringify(body)
    const answer = await this.#out.ask({ method, url, headers, body: text, limitMs, signal, longest })
    await ended(this.#endingOf(answer))
    return answer
  }

  #endingOf(answer: Asked): Ending {
    if (answer.type !== 'answered') return 'unknown'
    const closedForMs = this.#pauseOf(answer)
    return closedForMs === null ? 'taken' : { closedForMs }
  }

  /** For how long it wants nothing more, ms; null where it says nothing like that. */
  #pauseOf({ status, headers }: Asked & { type: 'answered' }): number | null {
    if (status !== 420 && status !== 429) return null
    return pauseOf(headers['retry-after'], this.#settings.clock())
  }

  #judge(answer: Answer): Brought {
    if (answer.type === 'answered') return this.#judgeAnswered(answer)
    if (answer.type === 'late') return refused(setbackOf('others-first'), 0)
    return unanswered('Statuspage', answer, this.#conceal)
  }

  #judgeAnswered(answer: Answer & { type: 'answered' }): Brought {
    const { status } = answer
    if (status >= 200 && status < 300) {
      const incident = readAs(Incident, answer.body)
      if (incident !== null) return { type: 'published', externalId: incident.id }
      return { type: 'unknown', setback: setbackOf('unnamed') }
    }
    const failure = this.#failureIn(answer)
    const setback = setbackOf('not-taken', failure)
    const pause = this.#pauseOf(answer)
    if (pause !== null) return refused(setback, pause)
    if (status >= 300 && status < 500 && status !== 408) return refused(setback)
    return { type: 'unknown', setback: setbackOf('unclear', failure) }
  }

  #failureIn({ status, body }: Answer & { type: 'answered' }): Failure {
    const said = [readAs(Complaint, body)?.error ?? ''].flat().join('; ')
    const told = said === '' ? `Statuspage answered with status ${status}` : `Statuspage answered ${status}: ${said}`
    return failureOf(new Refused(told, status, said), this.#conceal)
  }

  #recognize(publication: Publication, answer: Answer, schema: typeof Incident | typeof Incidents): Seen {
    if (answer.type !== 'answered' || answer.status !== 200) {
      const judged = this.#judge(answer)
      const setback = 'setback' in judged ? judged.setback : setbackOf('unreadable')
      return { type: 'unknown', setback, again: true }
    }
    const read = readAs(schema as z.ZodType<Incident | Incident[]>, answer.body)
    if (read === null) return { type: 'unknown', setback: setbackOf('unreadable'), again: true }
    const incidents = [read].flat()
    const marked = incidents.find(incident => shows(incident, publication))
    if (marked !== undefined) return { type: 'published', externalId: marked.id }
    if (!incidents.some(incident => looksLike(incident, publication))) return { type: 'absent' }
    return { type: 'unknown', setback: setbackOf('not-as-ours'), again: false }
  }
}

class Refused extends Error {
  readonly status: number
  /** What Statuspage said of it, as it said it. */
  readonly said: string

  constructor(sentence: string, status: number, said: string) {
    super(sentence)
    this.status = status
    this.said = said
  }
}

function readAs<T>(schema: z.ZodType<T>, body: Buffer): T | null {
  try {
    return schema.safeParse(JSON.parse(body.toString('utf8'))).data ?? null
  } catch {
    return null
  }
}
