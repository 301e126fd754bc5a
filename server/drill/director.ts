import type { Crowd } from './crowd.ts'
import { episodes, usualWeights } from './episodes.ts'
import { newcomerEpisodes, newcomerWeights } from './newcomers.ts'
import type { Random } from './random.ts'
import type { Responder } from './responder.ts'
import type { Stage } from './stage.ts'

type Surroundings = {
  crowd: Crowd
  stage: Omit<Stage, 'another' | 'free' | 'waiting'>
  random: Random
  repliesPerMinute: number
  fault: (error: unknown, about: string) => void
}

/** A turn in a few ends without a reply: nobody waited, the lease was slept away, the race was lost. */
const repliesPerTurn = 0.8
const allEpisodes = { ...episodes, ...newcomerEpisodes }

/** Gives people their turns, as many as the level's replies need, and lets each finish. */
export class Director {
  readonly #surroundings: Surroundings
  readonly #playing = new Set<Promise<void>>()

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  /** Resolves when the pauses are over and every episode that was begun has ended. */
  async run(): Promise<void> {
    const { stage, random, repliesPerMinute } = this.#surroundings
    while (!stage.pauses.over) {
      await stage.pauses.wait(random.pause(repliesPerMinute / 60 / repliesPerTurn))
      const responder = stage.pauses.over ? null : this.#idle()
      if (responder !== null) this.#play(responder, this.#nextOf(responder))
    }
    await Promise.all(this.#playing)
  }

  #nextOf({ persona }: Responder): keyof typeof allEpisodes {
    const { random } = this.#surroundings
    return persona.newcomer ? random.weighted(newcomerWeights) : random.weighted(usualWeights)
  }

  #play(responder: Responder, name: keyof typeof allEpisodes): void {
    const { stage, fault } = this.#surroundings
    stage.notebook.episode(name)
    const free = (one: Responder) => {
      one.busy = false
    }
    const whole: Stage = { ...stage, another: () => this.#idle(), free, waiting: () => this.#waiting() }
    const played = allEpisodes[name](responder, whole)
      .catch(error => fault(error, `episode ${name}`))
      .finally(() => {
        free(responder)
        this.#playing.delete(played)
      })
    this.#playing.add(played)
  }

  /** Somebody who has nothing to do and whose screen is live, busy from now on. */
  #idle(): Responder | null {
    const { crowd, random } = this.#surroundings
    const { responders } = crowd
    const start = random.below(responders.length)
    for (let step = 0; step < responders.length; step++) {
      const responder = responders[(start + step) % responders.length] as Responder
      if (responder.busy || !responder.screen.live) continue
      responder.busy = true
      return responder
    }
    return null
  }

  #waiting(): string | null {
    let longest: { id: string; waitingSince: number } | null = null
    for (const { id, waitingSince, claim } of this.#surroundings.crowd.lead.place.picture?.conversations.values() ??
      []) {
      if (waitingSince === null || claim !== null) continue
      if (longest === null || waitingSince < longest.waitingSince) longest = { id, waitingSince }
    }
    return longest?.id ?? null
  }
}
