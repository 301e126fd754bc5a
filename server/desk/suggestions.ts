import type { Conversation } from '@muster/shared/conversation.ts'
import type { TopicSuggestion } from '@muster/shared/endpoint.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Cursor } from '@muster/shared/position.ts'
import type { Store } from '../store/store.ts'
import { voicedLines } from './voice.ts'

/** What of the log teaches something, or takes a lesson back. */
const lessons: ReadonlySet<string> = new Set(['conversation/tagged', 'conversation/merged', 'message/deleted'])

type Log = Pick<Store, 'lines' | 'read'>
type Example = { text: string; topic: string }
export type TopicModel = { suggest: (text: string) => TopicSuggestion[] }
type Train = (examples: readonly Example[]) => TopicModel

/** Learning stops the loop for a tenth of a second with so many examples: the newest. */
const mostExamples = 1_000
/** How long what was learnt holds, in ms, whatever was tagged meanwhile. */
const learntMs = 30_000
const linesAtOnce = 500
/** Incidents nobody asks about for this long are forgotten, in ms. */
const keptMs = 10 * 60_000

/** What people tagged in an incident, learnt, so that the next of its kind need not be looked for in a list. */
export class Suggestions {
  readonly #log: Log
  readonly #train: Train
  readonly #clock: () => number
  readonly #lessons = new Map<string, Lesson>()

  /** `clock` is of this process, in ms. */
  constructor(log: Log, train: Train, clock: () => number = () => performance.now()) {
    this.#log = log
    this.#train = train
    this.#clock = clock
  }

  /** The likeliest topics of a conversation, the surest first; none before enough was tagged. Throws `StoreUnavailable`. */
  async of(incidentId: string, conversation: Conversation): Promise<TopicSuggestion[]> {
    const now = this.#clock()
    for (const [id, { askedAt }] of this.#lessons) if (now - askedAt > keptMs) this.#lessons.delete(id)
    const lesson = this.#lessons.get(incidentId) ?? new Lesson(incidentId, this.#log)
    this.#lessons.set(incidentId, lesson)
    return (await lesson.model(this.#train, now)).suggest(textOf(conversation))
  }
}

class Lesson {
  readonly #incidentId: string
  readonly #log: Log
  readonly #tagged = new Map<string, Example[]>()
  #at: Cursor = { era: '', seq: 0 }
  #model: TopicModel | null = null
  #learntAt = 0
  #learning: Promise<TopicModel> | null = null
  askedAt = 0

  constructor(incidentId: string, log: Log) {
    this.#incidentId = incidentId
    this.#log = log
  }

  async model(train: Train, now: number): Promise<TopicModel> {
    this.askedAt = now
    if (this.#model !== null && now - this.#learntAt < learntMs) return this.#model
    // Whoever asks while it is learnt waits for the same lesson: each takes the loop for a while.
    this.#learning ??= this.#learn(train, now).finally(() => {
      this.#learning = null
    })
    return this.#learning
  }

  async #learn(train: Train, now: number): Promise<TopicModel> {
    await this.#readOn()
    this.#learntAt = now
    this.#model = train([...this.#tagged.values()].flat().slice(-mostExamples))
    return this.#model
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const page = await this.#log.lines(this.#incidentId, this.#at, linesAtOnce)
      if (page.type === 'reset') {
        this.#tagged.clear()
        this.#at = { era: page.at.era, seq: 0 }
        continue
      }
      const telling = page.lines.filter(({ told }) => lessons.has(String(told.type)))
      const lines = await voicedLines(this.#log, this.#incidentId, telling)
      for (const { told } of lines) this.#note(told as Told)
      this.#at = { era: this.#at.era, seq: this.#at.seq + page.lines.length }
      if (page.lines.length === 0 || this.#at.seq >= page.at.seq) return
    }
  }

  /** What somebody chose counts anew each time; what the topics' own words found teaches nothing. */
  #note(told: Told): void {
    if (told.type === 'conversation/merged') this.#tagged.delete(told.goneId)
    // What it said is nobody's to learn from any more.
    if (told.type === 'message/deleted') this.#tagged.delete(told.conversation.id)
    if (told.type !== 'conversation/tagged') return
    const { conversation } = told
    this.#tagged.delete(conversation.id)
    const text = textOf(conversation)
    this.#tagged.set(
      conversation.id,
      conversation.topics.map(topic => ({ text, topic })),
    )
  }
}

function textOf({ subject, preview }: Conversation): string {
  return subject === null ? preview : `${subject} ${preview}`
}
