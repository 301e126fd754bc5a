import type { Command } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { Responder } from '@muster/shared/incident.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import { setTimeout } from 'k6/timers'
import { answerFor } from '../../server/drill/answers.ts'
import { type Claims, type Grant, nameOf } from './claims.ts'
import { findings, unexpected } from './findings.ts'
import { Screen } from './screen.ts'
import type { Stage } from './stage.ts'

type Claiming = Extract<Command, { type: 'conversation/claim' | 'conversation/take-next' }>
type Done = Extract<Outcome, { type: 'done' }>
type Held = Grant & { through: number; customer: string; owed: boolean }

/** In public nobody may send what somebody else sent before: so everybody has words of their own. */
const anyOf = { pick: <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T }
const tellingLimitMs = 5_000
const sendingLimitMs = 15_000
/** Noes that are part of the work. */
const expected = ['already-claimed', 'nothing-waiting', 'oldest-first', 'reply-on-its-way', 'too-many-claims']

/** Somebody at work: opens a screen, claims, writes, sends or releases or forgets about it, and goes again. */
export class Person {
  readonly #incidentId: string
  readonly #screen: Screen
  readonly #claims: Claims
  readonly #grants: { grant: Grant; seq: number }[] = []
  #id = ''

  constructor(stage: Stage, token: string, claims: Claims) {
    this.#incidentId = stage.incidentId
    this.#claims = claims
    this.#screen = new Screen(stage, token, claims)
  }

  /** Works for about `forMs`, then closes the screen: politely, or as if the network broke. */
  async shift(forMs: number): Promise<void> {
    const end = Date.now() + forMs
    if (!(await this.#screen.open())) return
    const joined = await this.#ask({ ...this.#act(), type: 'incident/join' })
    if (joined !== null) {
      this.#id = (joined.answer.responder as Responder).id
      while (Date.now() < end) await this.#turn()
      await this.#checkGrants()
    }
    this.#screen.close(chance(0.5))
  }

  async #turn(): Promise<void> {
    const held = await this.#claim(
      chance(0.5) ? { ...this.#act(), type: 'conversation/take-next', topics: [] } : await this.#rush(),
    )
    if (held === null) return pause(100, 500)
    // Who comes late may hold what somebody has answered meanwhile.
    if (!held.owed) return this.#release(held)
    await pause(200, 600)
    const text = answerFor(held.customer, `${held.fence}-${crypto.randomUUID().slice(0, 8)}`, anyOf)
    await this.#ask({ ...this.#under(held), type: 'draft/save', epoch: this.#screen.epoch, text: text.slice(0, 30) })
    await pause(200, 600)
    if (chance(0.05)) return
    if (chance(0.1)) await this.#release(held)
    else await this.#send(held, text)
  }

  /** Everybody who has nothing to do goes for whoever writes next. */
  async #rush(): Promise<Claiming> {
    const arrival = await this.#screen.hears(({ type }) => type === 'message/arrived', 2_000)
    if (arrival?.type !== 'message/arrived') return { ...this.#act(), type: 'conversation/take-next', topics: [] }
    return { ...this.#act(), type: 'conversation/claim', conversationId: arrival.conversation.id }
  }

  /** Now and then with a double click: the same command again must be given the same. */
  async #claim(command: Claiming): Promise<Held | null> {
    const began = Date.now()
    const [outcome, again] = await Promise.all([this.#ask(command), chance(0.1) ? this.#ask(command) : null])
    findings.claiming.add(Date.now() - began)
    const given = [outcome, again].filter(answer => answer !== null)
    const [held, heldAgain] = given.map(answer => this.#heldBy(answer))
    if (held === undefined) return null
    if (heldAgain !== undefined && nameOf(heldAgain) !== nameOf(held)) findings.doubleClaims.add(1)
    findings.claims.add(1)
    this.#grants.push({ grant: held, seq: given[0]?.seq ?? 0 })
    return held
  }

  #heldBy({ answer }: Done): Held {
    const { id, fence, messages, answeredThrough, human } = answer.conversation as Conversation
    const owed = messages > answeredThrough
    return { person: this.#id, conversationId: id, fence, through: messages, customer: human.name, owed }
  }

  async #release(held: Held): Promise<void> {
    await this.#ask({ ...this.#under(held), type: 'conversation/release' })
  }

  async #send(held: Held, text: string): Promise<void> {
    const command = {
      ...this.#under(held),
      type: 'reply/submit',
      epoch: this.#screen.epoch,
      text,
      through: held.through,
    } as const
    const began = Date.now()
    const sent = this.#screen.hears(entry => isSent(entry, command.id), sendingLimitMs)
    if ((await this.#ask(command)) === null) return
    if ((await sent) === null) return findings.unsent.add(1)
    findings.sending.add(Date.now() - began)
    findings.replies.add(1)
  }

  /** What this person was given must be what the log says; it says so soon. */
  async #checkGrants(): Promise<void> {
    for (const { grant, seq } of this.#grants.splice(0)) {
      await this.#screen.shows(seq, tellingLimitMs)
      if (this.#claims.holderOf(grant) !== this.#id) findings.doubleClaims.add(1)
    }
  }

  /** Null where it was refused. */
  async #ask(command: Command): Promise<Done | null> {
    const outcome = await this.#screen.ask(command)
    if (outcome?.type === 'done') return outcome
    if (outcome?.type === 'refused' && expected.includes(outcome.refusal.code)) {
      if (outcome.refusal.code === 'already-claimed') findings.contended.add(1)
    } else {
      unexpected(`${command.type} was answered ${JSON.stringify(outcome)}.`)
    }
    return null
  }

  #act() {
    return { id: crypto.randomUUID(), incidentId: this.#incidentId }
  }

  #under({ conversationId, fence }: Grant) {
    return { ...this.#act(), conversationId, fence }
  }
}

function isSent(entry: Entry, replyId: string): boolean {
  return 'reply' in entry && entry.reply.id === replyId && entry.reply.state === 'sent'
}

function chance(probability: number): boolean {
  return Math.random() < probability
}

function pause(low: number, high: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, low + Math.random() * (high - low)))
}
