import type { ServerResponse } from 'node:http'
import { Letters } from './letters.ts'
import type { Handing, Shown } from './observation.ts'
import type { Random } from './random.ts'
import { type Fate, fateOf, type Weather } from './weather.ts'
import { type Pace, Window } from './window.ts'

export type Surroundings = {
  channelId: string
  /** What its network takes from the account, and not one more. */
  pace: Pace
  random: Random
  /** ms since 1970. */
  now: () => number
}

/** What a network makes of a reply; `limited` stands apart, for each network says it in its own words. */
export type Judgement = Exclude<Fate, { type: 'answer' }> | (Extract<Fate, { type: 'answer' }> & { limited: boolean })

/** Where a played network takes replies: within its limit, as its weather is, and with a record of all it was handed. */
export class Postbox {
  readonly shown: Shown[] = []
  readonly handed: Handing[] = []
  readonly fates: Record<string, number> = {}
  readonly window: Window
  onShown: (shown: Shown) => void = () => {}
  weather: Weather = 'rough'
  letters = new Letters()
  readonly #surroundings: Surroundings

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    this.window = new Window(surroundings.pace, surroundings.now)
  }

  get isFair(): boolean {
    return this.weather === 'fair'
  }

  /** `known`: the network has it already and shows it once, as it drops what is repeated. */
  hand(reply: Omit<Shown, 'channelId' | 'at'>, known = false): Judgement {
    const { random, channelId, now } = this.#surroundings
    const drawn = fateOf(this.weather, random)
    // What it has already it refuses no more.
    const fate =
      known && drawn.type === 'answer' && drawn.status === 422 ? { ...drawn, status: 200, shown: true } : drawn
    const full = fate.shown && !known && !this.window.take()
    const judgement = full ? ({ ...fullAnswer, limited: true } as const) : withWord(fate)
    if (judgement.shown && !known) this.#show({ ...reply, channelId, at: now() })
    const told = toldBy(judgement)
    this.handed.push({ channelId, replyId: reply.replyId, at: now(), shown: judgement.shown && !known, told })
    this.#count(full ? 'over the limit' : nameOf(fate))
    return judgement
  }

  #show(shown: Shown): void {
    this.shown.push(shown)
    this.onShown(shown)
  }

  #count(fate: string): void {
    this.fates[fate] = (this.fates[fate] ?? 0) + 1
  }
}

const fullAnswer = { type: 'answer', status: 429, shown: false, retryAfter: null, afterMs: 5 } as const

function withWord(fate: Fate): Judgement {
  return fate.type === 'answer' ? { ...fate, limited: fate.status === 429 } : fate
}

function nameOf(fate: Fate): string {
  if (fate.type === 'answer') return String(fate.status)
  return fate.shown ? `${fate.type} after showing` : fate.type
}

export function toldBy(fate: Fate): Handing['told'] {
  if (fate.type !== 'answer') return 'nothing'
  if (fate.status === 429) return 'limited'
  if (fate.status >= 200 && fate.status < 300) return 'taken'
  return fate.status === 500 ? 'nothing' : 'refused'
}

export type Body = { status: number; body: unknown; headers?: Record<string, string> }

/** Answers as the fate has it: late, with a connection that ends, or never. */
export function answerAs(judgement: Judgement, response: ServerResponse, said: () => Body): void {
  if (judgement.type === 'silence') return
  setTimeout(() => {
    if (judgement.type === 'cut') response.socket?.destroy()
    else write(response, said())
  }, judgement.afterMs)
}

export function write(response: ServerResponse, { status, body, headers = {} }: Body): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(body))
}
