import type { Issue } from '@muster/shared/issue.ts'
import type { Refusal } from '@muster/shared/refusal.ts'
import { failureSentence, issuesSentence, refusalSentence } from './sentences.ts'
import { say } from './words.ts'

/** What came of a request: the body, a sentence of refusal, or nothing at all. */
export type Answer<Body> =
  | { type: 'ok'; body: Body }
  /** `farewell`: whoever asked was a guest whose incident is resolved. */
  | { type: 'refused'; status: number; sentence: string; farewell: boolean }
  | { type: 'unreachable'; sentence: string }

/** A line that carries nothing and does not break is as good as broken. What changes something is waited for. */
const readPatience = 10_000

/** Asks the server; never throws. */
export async function ask<Body>(method: 'GET' | 'POST', url: string, body?: unknown): Promise<Answer<Body>> {
  const request: RequestInit = { method, headers: { accept: 'application/json' } }
  if (body !== undefined) {
    request.headers = { accept: 'application/json', 'content-type': 'application/json' }
    request.body = JSON.stringify(body)
  }
  if (method === 'GET') request.signal = AbortSignal.timeout(readPatience)
  try {
    const response = await fetch(url, request)
    // An answer that breaks off, or is not ours, is none.
    if (response.ok) return { type: 'ok', body: (await response.json()) as Body }
    const complaint = ((await response.json().catch(() => null)) ?? {}) as Complaint
    const sentence = refusedBy(response, complaint)
    return { type: 'refused', status: response.status, sentence, farewell: complaint.farewell === true }
  } catch {
    return { type: 'unreachable', sentence: say('trouble.unreachable') }
  }
}

/** What comes with a status that is not good, as far as it is ours. */
type Complaint = {
  refusal?: Refusal
  issues?: Issue[]
  sentence?: unknown
  farewell?: unknown
  /** Under which the log tells more, where Muster failed or its store is away. */
  reference?: unknown
  faulty?: unknown
  /** Where Muster is to be opened, where this page was opened elsewhere. */
  origin?: unknown
}

function refusedBy({ status, headers }: Response, complaint: Complaint): string {
  const { refusal, sentence, issues, reference, origin, faulty } = complaint
  if (refusal !== undefined) return refusalSentence(refusal)
  if (Array.isArray(issues)) return issuesSentence(issues)
  if (typeof reference === 'string') return failureSentence(reference, faulty === true || status === 500)
  if (typeof origin === 'string') return say('trouble.otherAddress', { address: origin })
  if (status === 401) return say('trouble.notSignedIn')
  if (status === 413) return say('trouble.tooLong')
  if (status === 429) return say('trouble.tooMany', { count: waitOf(headers) })
  if (status === 503 && headers.has('retry-after')) return say('trouble.busy', { count: waitOf(headers) })
  return typeof sentence === 'string' ? sentence : say('trouble.status', { status })
}

/** In seconds. What stands between may name a moment instead. */
function waitOf(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? '')
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 60
}
