/**
 * The frames that Socket.IO (protocol 5) exchanges over a WebSocket of Engine.IO (protocol 4), for the one namespace
 * Muster speaks in: a digit for Engine.IO, one for Socket.IO, the number of the answer where there is one, and JSON.
 * Nothing here but text, so that tests can hold it against socket.io itself.
 */

/** What a frame from the server means to a client. */
export type Frame =
  /** The server says hello and how long its silences may be, ms. */
  | { type: 'opened'; pingInterval: number; pingTimeout: number }
  /** To be answered with `pong`, or the server takes the client for dead. */
  | { type: 'ping' }
  | { type: 'connected' }
  /** The handshake was refused, with the server's sentence. */
  | { type: 'refused'; sentence: string }
  | { type: 'event'; name: string; payload: unknown }
  | { type: 'answer'; number: number; payload: unknown }
  /** The server lets go of the client. */
  | { type: 'goodbye' }
  | { type: 'unknown'; frame: string }

export const pong = '3'
export const goodbye = '41'

/** Where to open the WebSocket of a server at `http://…`. */
export function socketAddress(url: string): string {
  return `${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`
}

export function handshake(auth: object): string {
  return `40${JSON.stringify(auth)}`
}

/** An event with one payload; with a number the server will answer it. */
export function event(name: string, payload: unknown, number?: number): string {
  return `42${number ?? ''}${JSON.stringify([name, payload])}`
}

export function read(frame: string): Frame {
  const digits = /^\d+/.exec(frame)?.[0] ?? ''
  const kind = digits.startsWith('4') ? digits.slice(0, 2) : digits.slice(0, 1)
  const number = digits.slice(kind.length)
  const json = frame.slice(digits.length)
  // Of a namespace of its own, which Muster has none of.
  if (json.startsWith('/')) return { type: 'unknown', frame }
  switch (kind) {
    case '0':
      return { type: 'opened', ...(JSON.parse(json) as { pingInterval: number; pingTimeout: number }) }
    case '2':
      return { type: 'ping' }
    case '40':
      return { type: 'connected' }
    case '42':
      return eventOf(JSON.parse(json) as [string, unknown])
    case '43':
      return { type: 'answer', number: Number(number), payload: (JSON.parse(json) as [unknown?])[0] }
    case '44':
      return { type: 'refused', sentence: (JSON.parse(json) as { message: string }).message }
    case '1':
    case '41':
      return { type: 'goodbye' }
    default:
      return { type: 'unknown', frame }
  }
}

function eventOf([name, payload]: [string, unknown]): Frame {
  return { type: 'event', name, payload }
}
