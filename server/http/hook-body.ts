import express, { type Request, type Response } from 'express'
import { network } from '../auth/limits.ts'
import type { Doorstep } from './doorstep.ts'
import { sendFull, sendSentence } from './respond.ts'

/** So many bytes a call takes before any of its body came. */
const leastBytes = 1_000

type Reading = { doorstep: Doorstep; limit: number; withinMs: number }

/**
 * Reads the body of a call that has proved nothing yet. Resolves with what gives its room back; null where it was answered
 * instead, as there is no room for it or it did not come in time.
 */
export async function readUnproved(
  request: Request,
  response: Response,
  { doorstep, limit, withinMs }: Reading,
): Promise<(() => void) | null> {
  const from = network(request.ip ?? '')
  let held = 0
  const hold = (bytes: number) => {
    if (doorstep.take(from, bytes)) held += bytes
    else turnOut(response, sendFull)
  }
  const leave = () => doorstep.giveBack(from, held)
  const count = (chunk: Buffer) => hold(chunk.byteLength)
  const late = setTimeout(() => turnOut(response, sendLate), withinMs)
  hold(leastBytes)
  request.on('data', count)
  try {
    await readBody(request, response, limit)
    if (!response.headersSent) return leave
  } catch (error) {
    if (!response.headersSent) {
      leave()
      throw error
    }
  } finally {
    clearTimeout(late)
    request.off('data', count)
  }
  leave()
  return null
}

/** Into `request.body`, its bytes as they came. */
export function readBody(request: Request, response: Response, limit: number): Promise<void> {
  const read = express.raw({ type: () => true, limit, inflate: false })
  return new Promise((done, failed) => read(request, response, error => (error ? failed(error) : done())))
}

/** Answers before all of it came: the rest is not waited for. */
function turnOut(response: Response, send: (response: Response) => void): void {
  if (response.headersSent) return
  response.set('connection', 'close')
  send(response)
}

function sendLate(response: Response): void {
  sendSentence(response, 408, 'The body did not come in time. Nothing of this call was kept; send it again.')
}
