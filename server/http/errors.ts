import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import { TooBusy } from '../auth/password.ts'
import { StoreUnavailable } from '../store/store.ts'
import { sendOutcome, sendSentence } from './respond.ts'
import type { HttpSurroundings } from './surroundings.ts'

/** What the readers of bodies call their complaints. Their messages repeat what was sent, so ours are constant. */
const complaints: Record<string, [status: number, sentence: string]> = {
  'entity.parse.failed': [400, 'The body is not JSON (an object or a list).'],
  'entity.too.large': [413, 'The body is longer than this address takes.'],
  'encoding.unsupported': [415, 'The body is encoded in a way Muster does not read; send it plain.'],
  'charset.unsupported': [415, 'The body is in a character set Muster does not read; send UTF-8.'],
  'request.aborted': [400, 'The request broke off.'],
  'request.size.invalid': [400, 'The body is not as long as was announced.'],
}

export const nothingHere: RequestHandler = (_, response) => {
  sendSentence(response, 404, 'There is nothing at this address.')
}

/** The last word on whatever went wrong: constant, and never more than a reference to what was logged. */
export function errorsOf({ fault }: Pick<HttpSurroundings, 'fault'>): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    if (response.headersSent) {
      request.socket.destroy()
      return
    }
    const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown }
    const complaint = complaints[String(type)]
    if (complaint !== undefined) return sendSentence(response, ...complaint)
    if (typeof status === 'number' && status >= 400 && status < 500) {
      return sendSentence(response, status, 'This request cannot be read.')
    }
    sendFault(response, error, fault(error, `${request.method} ${String(request.route?.path ?? 'no route')}`))
  }
}

function sendFault(response: Response, error: unknown, reference: string): void {
  if (error instanceof TooBusy) {
    response.set('retry-after', '5')
    sendSentence(response, 503, 'Very many people sign in just now. Wait a few seconds, then try again.')
  } else if (error instanceof StoreUnavailable) {
    const sentence = 'Muster could not reach its store, so nothing is known to have changed. Try again in a moment.'
    sendOutcome(response, { type: 'unavailable', sentence, reference })
  } else {
    response.status(500).json({ sentence: `Muster failed at this. Tell whoever runs it: ${reference}.`, reference })
  }
}
