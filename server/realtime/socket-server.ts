import type { Server as HttpServer } from 'node:http'
import { Server, type ServerOptions } from 'socket.io'
import { acceptEncoded } from './encoded.ts'
import type { Log, Sockets } from './surroundings.ts'

type Needs = {
  httpServer: HttpServer
  payloadBytes: number
  allowRequest: NonNullable<ServerOptions['allowRequest']>
  log: Log
}

/** WebSocket only: nothing else can be held to one connection, and cross-origin rules bind nothing else. */
export function socketServer({ httpServer, payloadBytes, allowRequest, log }: Needs): Sockets {
  const io: Sockets = new Server(httpServer, {
    transports: ['websocket'],
    allowUpgrades: false,
    serveClient: false,
    // Compression for each socket by itself costs six times the memory, and a batch would be compressed for each anew.
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: payloadBytes,
    allowRequest,
    // A laptop that was closed is gone from the list of who is here within this.
    pingInterval: 15_000,
    pingTimeout: 10_000,
    connectTimeout: 10_000,
  })
  acceptEncoded(io)
  io.engine.on('connection_error', ({ code, message }: { code: number; message: string }) => {
    log('debug', 'a handshake failed', { code, message })
  })
  return io
}
