import type { Entry } from '@muster/shared/entry.ts'
import { type Absence, absence, nothingHappened, type Parting, partingFrom } from './absence.ts'
import type { Room } from './room.svelte.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

const worthTelling = 60_000
const betweenLooks = 5_000
/** A page that looks every few seconds and did not for so long was asleep. */
const asleep = 20_000

export type Thanks = { from: string; text: string }
export type Report = Absence & { since: number; until: number; thanks: readonly Thanks[] }

/**
 * Notices that somebody was away — their page hidden, their machine asleep, their line cut — and tells them afterwards
 * what became of their work meanwhile.
 *
 *     here ──hidden, cut off, asleep──► gone ──seen again, and the next heartbeat proves the room is today's──► here
 */
export class Away {
  readonly #room: Room
  readonly #workplace: Workplace
  readonly #timer: ReturnType<typeof setInterval>
  readonly #undo: (() => void)[]
  #last: { at: number; parting: Parting } | null = null
  #left: { at: number; parting: Parting } | null = null
  #backAt: number | null = null
  #thanks: Thanks[] = []
  #report = $state.raw<Report | null>(null)
  readonly #look = () => this.#check()

  constructor(room: Room, workplace: Workplace) {
    this.#room = room
    this.#workplace = workplace
    this.#timer = setInterval(this.#look, betweenLooks)
    document.addEventListener('visibilitychange', this.#look)
    this.#undo = [
      workplace.connection.on('top', ({ incidentId }) => incidentId === room.id && this.#heard()),
      room.hear(entry => this.#hear(entry)),
    ]
  }

  /** What happened meanwhile; null when there is nothing to tell, or it was put away. */
  get report(): Report | null {
    return this.#report
  }

  dismiss(): void {
    this.#report = null
  }

  stop(): void {
    clearInterval(this.#timer)
    document.removeEventListener('visibilitychange', this.#look)
    for (const undo of this.#undo) undo()
  }

  #check(): void {
    if (!this.#room.known) return
    const at = Date.now()
    if (this.#last && at - this.#last.at > asleep) this.#left ??= this.#last
    if (document.hidden || !this.#room.current) {
      this.#backAt = null
      this.#left ??= this.#now()
    } else if (this.#left) this.#backAt ??= at
    this.#last = this.#left ? { at, parting: this.#left.parting } : this.#now()
  }

  /** Entries come before the heartbeat that counts them: what is known now is what is. */
  #heard(): void {
    this.#check()
    const left = this.#left
    if (left === null || this.#backAt === null || !this.#room.current) return
    this.#left = null
    if (this.#backAt - left.at >= worthTelling) this.#tell(left)
    this.#backAt = null
    this.#thanks = []
    this.#last = this.#now()
  }

  #tell({ at, parting }: { at: number; parting: Parting }): void {
    const { me, clock, announcer } = this.#workplace
    const report = {
      ...absence(parting, this.#room, me.id, clock.read()),
      since: at,
      until: Date.now(),
      thanks: this.#thanks,
    }
    if (nothingHappened(report) && report.thanks.length === 0) return
    this.#report = report
    announcer.say(say('away.title'))
  }

  #hear(entry: Entry): void {
    if (entry.type !== 'responder/thanked' || entry.responder.id !== this.#workplace.me.id) return
    const from = entry.by?.name ?? ''
    if (this.#left) this.#thanks.push({ from, text: entry.text })
    this.#workplace.announcer.say(say('away.thanked', { name: from, text: entry.text }))
  }

  #now(): { at: number; parting: Parting } {
    return { at: Date.now(), parting: partingFrom(this.#room, this.#workplace.me.id) }
  }
}
