import type { Responder, Wording } from '@muster/shared/incident.ts'
import { may, type Permission, roleIn } from '@muster/shared/permission.ts'
import { needsBriefing } from '@muster/shared/training-rules.ts'
import { createContext } from 'svelte'
import { age } from './ages.ts'
import { Away } from './away.svelte.ts'
import type { Composer } from './composer.svelte.ts'
import { Guidance } from './guidance.svelte.ts'
import { QueueView } from './queue-view.svelte.ts'
import { Room } from './room.svelte.ts'
import { SavedViews } from './saved-views.svelte.ts'
import { Several } from './several.svelte.ts'
import { Taking } from './taking.svelte.ts'
import { Whereabouts } from './whereabouts.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

/**
 * What somebody has in hand here: other panes put wording into the text by `use`, which is null once it was handed in; the
 * facts are read for it.
 */
export type Pen = { composer: Composer; use: ((wording: Wording) => void) | null; focus: () => void }

/** One person's stay in one incident: its room, its queue, where they are in it. */
export class Visit {
  readonly room: Room
  readonly queue: QueueView
  readonly whereabouts: Whereabouts
  readonly guidance: Guidance
  readonly away: Away
  readonly taking: Taking
  readonly several: Several
  readonly views: SavedViews
  readonly #workplace: Workplace
  readonly #deafen: () => void
  #joined = $state(false)
  #pen = $state.raw<Pen | null>(null)
  #briefed = $state(false)

  constructor(incidentId: string, workplace: Workplace) {
    this.#workplace = workplace
    this.room = new Room(incidentId, workplace.connection)
    this.queue = new QueueView(this.room, workplace.me.id, workplace.clock)
    this.taking = new Taking(workplace, this.room, this.queue)
    this.several = new Several(workplace, this.room, () => this.self?.holding ?? 0)
    this.views = new SavedViews(workplace.me.id)
    this.#deafen = workplace.courier.hear((wish, outcome) => this.taking.learn(wish, outcome))
    this.whereabouts = new Whereabouts(incidentId, workplace.connection)
    this.guidance = new Guidance(this.room, workplace.courier, workplace.me.id)
    this.away = new Away(this.room, workplace)
    this.room.begin()
  }

  /** This person as this incident knows them; null before they joined. */
  get self(): Responder | null {
    return this.taking.self
  }

  /** Null while nobody writes on this screen. */
  get pen(): Pen | null {
    return this.#pen
  }

  /** Lends it until the returned function is called. */
  lend(pen: Pen): () => void {
    this.#pen = pen
    return () => {
      if (this.#pen === pen) this.#pen = null
    }
  }

  /** This person has read today's facts; what they write here was looked at again under them. */
  readFacts(): void {
    if (this.#pen) this.#pen.composer.readFacts()
    else void this.guidance.read()
  }

  /** Whoever answers reads the names of its channels in the room alone. */
  channelName(channelId: string): string {
    return this.room.channels.get(channelId)?.name ?? this.#workplace.channelName(channelId)
  }

  /** By their own role, or by the one they were given here. */
  may(permission: Permission): boolean {
    return this.#workplace.may(permission) || (this.self !== null && may(roleIn(this.self), permission))
  }

  /** Whether this person reads the briefing before they answer anybody. */
  get needsBriefing(): boolean {
    const { self } = this
    if (self === null || this.#briefed || this.room.incident.state !== 'open') return false
    return needsBriefing(self)
  }

  /** The server has said so, and the log will. */
  briefed(): void {
    this.#briefed = true
  }

  /** Joins the roster, once a visit, as soon as the room is known: it copies who one is by now. */
  join(): void {
    const { courier } = this.#workplace
    const known = this.room.current && this.room.known && this.room.incident.state === 'open'
    if (!known || this.#joined) return
    this.#joined = true
    void courier.send({ type: 'incident/join', incidentId: this.room.id }).then(({ type }) => {
      // Nobody answered: the next time this screen is current it is asked again.
      if (type === 'unavailable') this.#joined = false
    })
  }

  /** The room in a sentence, for the status line. */
  summary(): string {
    const { waiting, held, oldest } = this.queue.counts
    if (oldest === null) return say('summary.nobodyWaits')
    const longest = age(oldest, this.#workplace.clock.now)
    return say('summary.whole', {
      waiting: say('summary.waiting', { count: waiting, age: longest }),
      held: say('summary.held', { count: held }),
    })
  }

  end(): void {
    this.#deafen()
    this.queue.stop()
    this.away.stop()
    this.whereabouts.end()
    this.room.end()
  }
}

export const [visit, setVisit] = createContext<Visit>()
