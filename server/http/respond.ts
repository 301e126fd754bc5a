import { issuesOf } from '@muster/shared/issue.ts'
import type { Leave } from '@muster/shared/protocol.ts'
import type { Outcome, Refusal } from '@muster/shared/refusal.ts'
import type { Response } from 'express'
import type { z } from 'zod'
import type { Farewell } from '../domain/guest.ts'

/** Every answer that is not what was asked for is one of an outcome or `{ sentence }`, and is written here. */
export function sendOutcome(response: Response, outcome: Outcome): void {
  response.status(statusOf(outcome)).json(outcome)
}

export function sendRefusal(response: Response, refusal: Refusal): void {
  sendOutcome(response, { type: 'refused', refusal })
}

export function sendInvalid(response: Response, error: z.ZodError): void {
  sendOutcome(response, { type: 'invalid', issues: issuesOf(error, 'body') })
}

export function sendSentence(response: Response, status: number, sentence: string): void {
  response.status(status).json({ sentence })
}

/** To a guest whose session ended with their incident. */
export function sendFarewell(response: Response, { farewell }: Farewell): void {
  response.status(401).json({ sentence: farewell, farewell: true } satisfies Leave)
}

/** To a page that was opened elsewhere than at `origin`. */
export function sendElsewhere(response: Response, origin: string): void {
  const sentence = `This request came from another address than Muster's, so nothing was changed. Open Muster at ${origin}; whoever runs it can change that address with MUSTER_ORIGIN.`
  response.status(403).json({ sentence, origin })
}

export function sendTooMany(response: Response, seconds: number): void {
  response.set('retry-after', String(seconds))
  sendSentence(response, 429, `Too many tries. Wait ${seconds} seconds, then try again.`)
}

/** Nothing of it is kept: whoever calls has it still, and comes again. */
export function sendFull(response: Response): void {
  response.set('retry-after', '5')
  sendSentence(response, 503, 'More came than can be stored at once. Nothing of this call was kept; send it again.')
}

function statusOf(outcome: Outcome): number {
  switch (outcome.type) {
    case 'done':
      return 200
    case 'invalid':
      return 400
    case 'unavailable':
      return 503
    case 'refused':
      return statusOfRefusal(outcome.refusal.code)
  }
}

function statusOfRefusal(code: Refusal['code']): number {
  if (code === 'not-allowed') return 403
  return code === 'not-found' ? 404 : 409
}
