import type { Server } from 'socket.io'

/** Text that is JSON already. */
class Encoded {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** An argument of an event or an answer that was encoded before; typed as what the other side will see. */
export function encoded<T>(text: string): T {
  return new Encoded(text) as T
}

type Packet = Parameters<Server['encoder']['encode']>[0]

/**
 * Teaches a server to put encoded arguments into its packets as they are. A thousand screens that come back get the same
 * snapshot and the same lines: encoding those for each of them, and searching them for binary, was most of a wave's cost.
 */
export function acceptEncoded({ encoder }: Pick<Server, 'encoder'>): void {
  const encode = encoder.encode.bind(encoder)
  encoder.encode = packet => {
    const { data } = packet
    if (!Array.isArray(data) || !data.some(part => part instanceof Encoded)) return encode(packet)
    const parts = data.map(part => (part instanceof Encoded ? part.text : JSON.stringify(part)))
    return [`${head(packet)}[${parts.join(',')}]`]
  }
}

/** A Socket.IO packet before its arguments: type, namespace when it is not the main one, number of the answer. */
function head({ type, nsp, id }: Packet): string {
  const namespace = nsp === undefined || nsp === '/' ? '' : `${nsp},`
  return `${type}${namespace}${id ?? ''}`
}
