import { Identifier } from '@muster/shared/identifier.ts'
import type { Presence } from '@muster/shared/protocol.ts'
import { z } from 'zod'

const Present = z.object({
  id: Identifier,
  name: z.string(),
  viewing: Identifier.nullable(),
  typing: z.boolean(),
}) satisfies z.ZodType<Presence>

const RoomChange = z.object({ incidentId: Identifier, here: z.array(Present), gone: z.array(Identifier) })
export type RoomChange = z.infer<typeof RoomChange>

/** What one node says: what changed since the message numbered one less, or everybody it has. */
const Message = z.object({
  node: z.string().min(1).max(64),
  number: z.number().int().positive(),
  whole: z.boolean(),
  last: z.boolean(),
  rooms: z.array(RoomChange),
})
type Message = z.infer<typeof Message>

type Other = { heardAt: number; number: number; askedAt: number }

type Surroundings = {
  /** Of this process's life: a node that starts again is another. */
  node: string
  clock: () => number
  silenceMs: number
  say: (message: Message) => void
  /** Asks a node for everybody. */
  ask: (node: string) => void
  /** Everybody this node has. */
  everybody: () => RoomChange[]
  /** A node has told; `whole` replaces all that it told before. */
  told: (node: string, rooms: readonly RoomChange[], whole: boolean) => void
  gone: (node: string) => void
}

/**
 * What the nodes tell each other of who is here. Messages may be lost: they are numbered, and whoever misses one asks for
 * everybody. A node that says nothing for a while is taken for dead, and its people with it.
 */
export class Nodes {
  readonly #surroundings: Surroundings
  readonly #others = new Map<string, Other>()
  #number = 0
  #saidAt = Number.NEGATIVE_INFINITY
  #wholeNext = true

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /** To be called often: says what changed, and a sign of life every third part of the silence that means death. */
  say(rooms: RoomChange[], last = false): void {
    const { clock, node, silenceMs, say, everybody } = this.#surroundings
    const now = clock()
    const silent = now - this.#saidAt < silenceMs / 3
    if (silent && rooms.length === 0 && !this.#wholeNext && !last) return
    const whole = this.#wholeNext
    this.#wholeNext = false
    this.#saidAt = now
    say({ node, number: ++this.#number, whole, last, rooms: whole ? everybody() : rooms })
  }

  hear(given: unknown): void {
    const parsed = Message.safeParse(given)
    if (!parsed.success || parsed.data.node === this.#surroundings.node) return
    if (parsed.data.last) this.#drop(parsed.data.node)
    else this.#hear(parsed.data)
  }

  /** Somebody has missed what `node` said. */
  wanted(node: unknown): void {
    if (node === this.#surroundings.node) this.#wholeNext = true
  }

  /** Takes the silent for dead. */
  bury(): void {
    const { clock, silenceMs } = this.#surroundings
    const now = clock()
    for (const [node, { heardAt }] of this.#others) if (now - heardAt > silenceMs) this.#drop(node)
  }

  #hear({ node, number, whole, rooms }: Message): void {
    const other = this.#others.get(node)
    const complete = whole || number === (other?.number ?? 0) + 1
    this.#others.set(node, {
      heardAt: this.#surroundings.clock(),
      number: complete ? number : (other?.number ?? 0),
      askedAt: other?.askedAt ?? Number.NEGATIVE_INFINITY,
    })
    if (complete) this.#surroundings.told(node, rooms, whole)
    else this.#ask(node)
  }

  #ask(node: string): void {
    const { clock, silenceMs, ask } = this.#surroundings
    const other = this.#others.get(node)
    if (other === undefined || clock() - other.askedAt < silenceMs / 3) return
    other.askedAt = clock()
    ask(node)
  }

  #drop(node: string): void {
    if (this.#others.delete(node)) this.#surroundings.gone(node)
  }
}
