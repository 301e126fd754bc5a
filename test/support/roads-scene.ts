import { mirrorIncident } from '@muster/server/desk/ask.ts'
import type { Desk } from '@muster/server/desk/desk.ts'
import type { RoomCommand } from '@muster/server/domain/decide.ts'
import { type Actor, muster } from '@muster/server/domain/decision.ts'
import { messageIdOf } from '@muster/server/domain/message.ts'
import type { Store } from '@muster/server/store/store.ts'
import { may } from '@muster/shared/permission.ts'
import type { Level } from '@muster/shared/training.ts'
import { defaultTraining } from '@muster/shared/training-rules.ts'
import { actor, arrivalOf, arriving, cora, declaring, nextId } from './builders.ts'
import { refusedWith } from './setback.ts'

/** Who tries: their role, and how far they may go alone. */
export const tryers = {
  commander: { role: 'commander', level: 'trusted' },
  lead: { role: 'lead', level: 'trusted' },
  reviewer: { role: 'reviewer', level: 'trusted' },
  'demoted reviewer': { role: 'reviewer', level: 'gated' },
  trusted: { role: 'responder', level: 'trusted' },
  'spot-checked': { role: 'responder', level: 'spot-checked' },
  gated: { role: 'responder', level: 'gated' },
  observer: { role: 'observer', level: 'observer' },
  guest: { role: 'responder', level: 'gated' },
  token: { role: 'responder', level: null },
} as const satisfies Record<string, { role: Actor['role']; level: Level | null }>
export type Tryer = keyof typeof tryers

export const text = 'We are on it.'
export const unloved = 'We refund everybody.'
const training = {
  ...defaultTraining,
  reviewWithinMs: 3_600_000,
  reviewLeaseMs: 3_600_000,
  undoMs: 0,
  sampleSupport: 1,
  sampleOthers: 1,
  spotShare: 0,
  leastShare: 0,
}
const policy = { leaseMs: 3_600_000, claimsPerPerson: 100, training }

export type Held = { conversationId: string; fence: number; replyId: string }

/** What somebody has in an incident, of every kind there is; ids of nothing where they may hold nothing. */
export type Belongings = Record<
  'mine' | 'onWay' | 'approved' | 'sent' | 'doubtful' | 'paired' | 'reading' | 'readByOther' | 'said',
  Held
> & { yes: object }

const nothing: Held = { conversationId: 'none', fence: 1, replyId: 'none' }

const [eve, zoe, boss] = [actor('Eve'), actor('Zoe', 'reviewer'), actor('Boss', 'lead')]

/** An incident past its first facts, and everybody who tries in it with what is theirs. */
export class Scene {
  readonly id = nextId('incident')
  readonly desk: Desk
  readonly epoch = 2
  theirs = nothing
  asking = nothing
  readByOther = nothing
  waiting = nothing
  free = nothing
  #customers = 0

  constructor(desk: Desk) {
    this.desk = desk
  }

  async open(): Promise<void> {
    await this.give({ ...declaring({ policy }), id: this.id }, cora)
    for (const who of [eve, zoe, boss]) await this.give({ type: 'incident/join' }, who)
    const wording = { id: `wording-of-${this.id}`, title: 'Sorry', topic: null, text: 'We are sorry.', language: null }
    await this.give(
      { type: 'wording/publish', epoch: 1, wording: { ...wording, channelId: null, expiresAt: null } },
      boss,
    )
    this.theirs = await this.#held(eve)
    this.asking = await this.#held(eve)
    await this.give({ type: 'pair/ask', ...this.asking }, eve)
    this.waiting = await this.sends(eve)
    this.readByOther = await this.sends(eve)
    await this.#read(zoe, this.readByOther)
    this.free = { ...nothing, conversationId: await this.#customer() }
  }

  async give(command: object, by: Actor): Promise<Record<string, unknown>> {
    const whole = { id: nextId('scene'), incidentId: this.id, ...command } as RoomCommand
    const outcome = await this.desk.handle(this.id, whole, by)
    if (outcome.type !== 'done') throw new Error(`${whole.type} of ${by.id} was answered ${JSON.stringify(outcome)}`)
    return outcome.answer
  }

  async enter(who: Actor, level: Level): Promise<void> {
    await this.give({ type: 'incident/join' }, who)
    if (level !== 'observer') await this.give({ type: 'responder/level', personId: who.id, level, reason: null }, boss)
    await this.give({ type: 'briefing/finish', epoch: this.epoch }, who)
  }

  /** Everything that may be somebody's in an incident, once. */
  async belongings(who: Actor): Promise<Belongings> {
    if (!may(who.role, 'reply/submit')) {
      const none = {
        mine: nothing,
        onWay: nothing,
        approved: nothing,
        sent: nothing,
        doubtful: nothing,
        paired: nothing,
      }
      return {
        ...none,
        reading: nothing,
        readByOther: nothing,
        said: nothing,
        yes: { replyId: 'none', fence: 1, text, epoch: this.epoch },
      }
    }
    const approved = await this.sends(who)
    await this.#yes(zoe, await this.#read(zoe, approved))
    const readByOther = await this.sends(who)
    await this.#read(zoe, readByOther)
    const reads = may(who.role, 'review/approve')
    const said = reads ? await this.#read(who, await this.sends(eve)) : nothing
    const yes = { id: nextId('yes'), type: 'review/approve', replyId: said.replyId, fence: 1, epoch: this.epoch, text }
    if (reads) await this.give(yes, who)
    return {
      mine: await this.#heldTwice(who),
      onWay: await this.sends(who),
      approved,
      sent: await this.#delivered(who, { type: 'delivery/sent', externalId: 'x' }),
      doubtful: await this.#delivered(who, { type: 'delivery/uncertain', setback: refusedWith('It timed out.') }),
      paired: await this.#paired(who),
      reading: reads ? await this.#readTwice(who) : nothing,
      readByOther,
      said,
      yes,
    }
  }

  /** A reply of theirs that waits for a reviewer. */
  async sends(who: Actor, held?: Held): Promise<Held> {
    const claimed = held ?? (await this.#held(who))
    const replyId = nextId('reply')
    const { conversationId, fence } = claimed
    const reply = { type: 'reply/submit', conversationId, fence, epoch: this.epoch, text, through: 1, askReview: true }
    await this.give({ ...reply, id: replyId }, who)
    return { ...claimed, replyId }
  }

  async #customer(): Promise<string> {
    const name = `c${++this.#customers}-${this.id}`
    const arrival = arrivalOf({ from: { address: `${name}@example.com`, name } })
    await this.desk.handle(this.id, arriving(arrival), muster)
    return messageIdOf('mail', arrival.externalId)
  }

  async #held(who: Actor): Promise<Held> {
    const conversationId = await this.#customer()
    await this.give({ type: 'conversation/claim', conversationId }, who)
    return { conversationId, fence: 1, replyId: 'none' }
  }

  async #heldTwice(who: Actor): Promise<Held> {
    const held = await this.#held(who)
    await this.give({ type: 'conversation/release', ...held }, who)
    await this.give({ type: 'conversation/claim', conversationId: held.conversationId }, who)
    return { ...held, fence: 2 }
  }

  async #read(who: Actor, held: Held): Promise<Held> {
    await this.give({ type: 'review/claim', replyIds: [held.replyId] }, who)
    return { ...held, fence: 1 }
  }

  async #readTwice(who: Actor): Promise<Held> {
    const held = await this.#read(zoe, await this.sends(eve))
    await this.give({ type: 'review/release', replyId: held.replyId, fence: 1 }, zoe)
    await this.#read(who, held)
    return { ...held, fence: 2 }
  }

  async #yes(who: Actor, { replyId, fence }: Held): Promise<void> {
    await this.give({ type: 'review/approve', replyId, fence, epoch: this.epoch, text }, who)
  }

  async #paired(who: Actor): Promise<Held> {
    const held = await this.#held(eve)
    await this.give({ type: 'pair/ask', ...held }, eve)
    await this.give({ type: 'pair/join', ...held }, who)
    return this.sends(eve, held)
  }

  async #delivered(who: Actor, report: object): Promise<Held> {
    const held = await this.sends(who)
    await this.#yes(zoe, await this.#read(zoe, held))
    const about = { replyId: held.replyId, worker: 'one' }
    await this.give({ type: 'delivery/take', ...about, leaseMs: 3_600_000 }, muster)
    await this.give({ ...report, ...about }, muster)
    return held
  }
}

/** Where each of them stands: in an incident, and in another one. */
export type Place = { who: Actor; here: Scene; mine: Belongings; there: Scene; far: Belongings }

/** Two incidents, and everybody who tries in them; `enter` signs somebody in and says who they are then. */
export async function gathered(
  desk: Desk,
  enter: (tryer: Tryer, incidentId: string) => Promise<Actor>,
): Promise<Map<Tryer, Place>> {
  const [here, there] = [new Scene(desk), new Scene(desk)]
  await here.open()
  await there.open()
  await mirrorIncident(desk, here.id)
  const places = new Map<Tryer, Place>()
  for (const tryer of Object.keys(tryers) as Tryer[]) {
    const who = await enter(tryer, here.id)
    const { level } = tryers[tryer]
    const stranger: Actor = { ...who, role: 'observer' }
    if (level !== null) await here.enter(who, level)
    const mine = await here.belongings(level === null ? stranger : who)
    const beyond = level === null || tryer === 'guest'
    if (!beyond) await there.enter(who, level)
    places.set(tryer, { who, here, mine, there, far: await there.belongings(beyond ? stranger : who) })
  }
  return places
}

/** A store that counts what it takes. */
export function counting(store: Store): { store: Store; changes: () => number } {
  let changes = 0
  const commit: Store['commit'] = async (room, asked) => {
    const committed = await store.commit(room, asked)
    changes += committed.filter(({ type }) => type === 'committed').length
    return committed
  }
  const counted = new Proxy(store, {
    get(target, name) {
      if (name === 'commit') return commit
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { store: counted, changes: () => changes }
}
