import { issuesSentence } from './sentences.ts'

/** What came of a request: the body, a sentence of refusal, or nothing at all. */
export type Answer<Body> =
  | { type: 'ok'; body: Body }
  | { type: 'refused'; status: number; sentence: string }
  | { type: 'unreachable'; sentence: string }

const unreachable = {
  type: 'unreachable',
  sentence: 'The server could not be reached. Check your connection, then try again.',
} as const

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
    const answer: unknown = await response.json().catch(() => null)
    return { type: 'refused', status: response.status, sentence: refusalSentence(response.status, answer) }
  } catch {
    return unreachable
  }
}

function refusalSentence(status: number, answer: unknown): string {
  const { refusal, sentence, issues } = (answer ?? {}) as {
    refusal?: { sentence?: unknown }
    sentence?: unknown
    issues?: { field: string; expected: string }[]
  }
  if (typeof refusal?.sentence === 'string') return refusal.sentence
  if (typeof sentence === 'string') return sentence
  if (Array.isArray(issues)) return issuesSentence(issues)
  if (status === 401) return 'You are not signed in.'
  if (status === 429) return 'Too many tries. Wait a minute, then try again.'
  return `The server answered ${status}. Try again in a moment.`
}
