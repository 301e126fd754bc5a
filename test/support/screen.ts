import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { Cursor } from '@muster/shared/position.ts'
import type { Batch, Presence, ScreenEvents, ServerEvents, Snapshot } from '@muster/shared/protocol.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { io, type Socket } from 'socket.io-client'
import type { Visitor } from './world.ts'

/** A screen of one person, kept as the web app keeps it: from a snapshot on, by the log's entries alone. */
export class Screen {
  readonly socket: Socket<ServerEvents, ScreenEvents>
  readonly incidentId: string
  at: Cursor | null = null
  readonly conversations = new Map<string, Conversation>()
  readonly present = new Map<string, Presence>()
  readonly entries: (Entry & { seenAt: number })[] = []
  /** Batches that did not join on to what was there; each made it watch again. */
  gaps = 0
  resets = 0
  #watching: Promise<void> | null = null

  private constructor(visitor: Visitor, incidentId: string) {
    this.incidentId = incidentId
    this.socket = io(visitor.world.origin, {
      transports: ['websocket'],
      extraHeaders: { cookie: visitor.cookie, origin: visitor.world.origin },
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      forceNew: true,
    })
    this.socket.on('entries', batch => this.#take(batch))
    this.socket.on('reset', () => this.#watchAgain(true))
    this.socket.on('presence', ({ here, gone }) => {
      for (const id of gone) this.present.delete(id)
      for (const person of here) this.present.set(person.id, person)
    })
    this.socket.on('top', ({ at }) => {
      const behind = this.at === null || at.era !== this.at.era || at.seq > this.at.seq
      if (behind) this.#watchAgain()
    })
  }

  static async open(visitor: Visitor, incidentId: string): Promise<Screen> {
    const screen = new Screen(visitor, incidentId)
    await new Promise<void>((resolve, reject) => {
      screen.socket.once('connect', resolve)
      screen.socket.once('connect_error', reject)
    })
    await screen.watch()
    screen.socket.on('connect', () => screen.#watchAgain())
    return screen
  }

  watch(anew = false): Promise<void> {
    this.#watching ??= this.#watch(anew).finally(() => {
      this.#watching = null
    })
    return this.#watching
  }

  async command(command: Command): Promise<Outcome> {
    return (await this.socket.timeout(10_000).emitWithAck('command', command)) as Outcome
  }

  close(): void {
    this.socket.disconnect()
  }

  /** A connection that is lost meanwhile watches again when it is back. */
  #watchAgain(anew = false): void {
    this.watch(anew).catch(error => {
      if (this.socket.connected) throw error
    })
  }

  async #watch(anew: boolean): Promise<void> {
    const cursor = anew ? null : this.at
    const answer = await this.socket.timeout(10_000).emitWithAck('watch', { incidentId: this.incidentId, cursor })
    if (answer.type === 'reset') this.#begin(answer.snapshot)
    else if (answer.type === 'resumed') this.#apply(answer.at.era, (this.at?.seq ?? 0) + 1, answer.entries)
    else if (answer.type === 'unavailable') {
      await pause(200)
      return this.#watch(anew)
    } else throw new Error(`watching was answered ${JSON.stringify(answer)}`)
    this.present.clear()
    for (const person of answer.present) this.present.set(person.id, person)
  }

  #begin({ at, conversations }: Snapshot): void {
    this.resets++
    this.at = at
    this.conversations.clear()
    for (const conversation of conversations) this.conversations.set(conversation.id, conversation)
  }

  #take({ era, from, entries }: Batch): void {
    if (this.at === null) return
    if (era !== this.at.era || from > this.at.seq + 1) {
      this.gaps++
      this.#watchAgain(era !== this.at.era)
      return
    }
    this.#apply(era, from, entries)
  }

  #apply(era: string, from: number, entries: Entry[]): void {
    const seenAt = performance.now()
    for (const [index, entry] of entries.entries()) {
      const seq = from + index
      if (this.at !== null && seq <= this.at.seq) continue
      this.at = { era, seq }
      this.entries.push({ ...entry, seenAt })
      if ('conversation' in entry) this.conversations.set(entry.conversation.id, entry.conversation)
      if ('other' in entry) this.conversations.set(entry.other.id, entry.other)
      if ('goneId' in entry) this.conversations.delete(entry.goneId)
    }
  }
}
