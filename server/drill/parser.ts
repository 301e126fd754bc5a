import { EventEmitter } from 'node:events'

/** A socket.io packet without attachments: the drill's screens speak text alone. */
type Packet = { type: number; nsp: string; data?: unknown; id?: number }

const connect = 0
const remembered = 256

/**
 * The socket.io wire (protocol 5) for many screens in one process. The server encodes a batch once for all of them; so
 * it is decoded once for all, and a thousand screens cost the drill little more than one. What screens get is shared:
 * nobody may change it.
 */
export function sharedParser() {
  const decoded = new Map<string, Packet>()

  class Encoder {
    encode(packet: Packet): string[] {
      return [stringOf(packet)]
    }
  }

  class Decoder extends EventEmitter {
    add(wire: unknown): void {
      if (typeof wire !== 'string') throw new Error('the drill expects text packets')
      const known = decoded.get(wire)
      const packet = known ?? packetOf(wire)
      if (known === undefined && packet.id === undefined && packet.type !== connect) remember(wire, packet)
      this.emit('decoded', packet)
    }

    destroy(): void {}
  }

  function remember(wire: string, packet: Packet): void {
    decoded.set(wire, packet)
    if (decoded.size <= remembered) return
    const [oldest] = decoded.keys()
    decoded.delete(oldest as string)
  }

  return { protocol: 5, Encoder, Decoder }
}

function stringOf({ type, nsp, id, data }: Packet): string {
  const space = nsp === '/' ? '' : `${nsp},`
  return `${type}${space}${id ?? ''}${data === undefined ? '' : JSON.stringify(data)}`
}

/** A type, a namespace when it is not the first, an id when an answer is wanted or given, and JSON. */
export function packetOf(wire: string): Packet {
  const found = /^([0-4])(?:(\/[^,]*),)?(\d*)/.exec(wire)
  if (found === null) throw new Error(`not a text packet: ${wire.slice(0, 40)}`)
  const [head, type, nsp, id] = found
  const json = wire.slice(head.length)
  return {
    type: Number(type),
    nsp: nsp ?? '/',
    ...(id !== '' && { id: Number(id) }),
    ...(json !== '' && { data: JSON.parse(json) as unknown }),
  }
}
