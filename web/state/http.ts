import type { Refusal } from '@muster/shared/refusal.ts'
import { issuesSentence, refusalSentence } from './sentences.ts'
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

type Complaint = {
  refusal?: Refusal
  sentence?: unknown
  farewell?: unknown
  issues?: { field: string; expected: string }[]
}

function refusedBy({ status, headers }: Response, complaint: Complaint): string {
  const { refusal, sentence, issues } = complaint
  if (refusal !== undefined) return refusalSentence(refusal)
  if (status === 401) return say('trouble.notSignedIn')
  if (status === 429) return say('trouble.tooMany', { count: Number(headers.get('retry-after') ?? 60) })
  if (typeof sentence === 'string') return sentence
  return Array.isArray(issues) ? issuesSentence(issues) : say('trouble.status', { status })
}
