import type { Conversation, Draft } from '@muster/shared/conversation.ts'
import type { Told } from '@muster/shared/entry.ts'
import type { Facts, Incident, Responder, Wording } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import { type Done, Table } from './gate-ledger.ts'
import { drawKey, type Memory, nowhere, wrongs } from './gate-oracle.ts'

/** A command as it was asked first, and by whom. */
export type Asking = { type: string; by: string; text?: unknown; fence?: unknown }

const nothingAsked: Asking = { type: 'nothing', by: '' }

/** From which state a reply may come into which. */
const steps: Record<Reply['state'], readonly (Reply['state'] | 'nothing')[]> = {
  submitted: ['nothing', 'in-review', 'queued'],
  'in-review': ['submitted', 'in-review'],
  queued: ['nothing', 'in-review', 'sending', 'uncertain'],
  sending: ['queued', 'sending'],
  sent: ['sending', 'uncertain', 'sent'],
  uncertain: ['sending', 'queued'],
  held: ['queued'],
  failed: ['sending'],
  returned: ['in-review'],
  recalled: ['submitted', 'in-review', 'queued'],
}

const underway = new Set<string>(['submitted', 'in-review', 'queued', 'sending', 'uncertain'])

/** Reads what the store took, one change after another, and says what should not have been. */
export class Referee {
  readonly wrong: string[] = []
  readonly figures: Record<string, number> = {}
  readonly now = new Table()
  readonly #memory: Memory = {
    writers: new Map(),
    yes: new Map(),
    setAside: new Map(),
    wordings: new Set(),
    drawn: new Set(),
  }
  /** Whose words stand in a draft. */
  readonly #drafts = new Map<string, { text: string; by: ReadonlySet<string> }>()
  readonly #asked: ReadonlyMap<string, Asking>

  constructor(asked: ReadonlyMap<string, Asking>) {
    this.#asked = asked
  }

  see(done: Done): void {
    const replies = done.put.filter(({ key }) => key.startsWith('reply/')).map(({ value }) => value as Reply)
    for (const reply of replies) this.#judge(reply, done)
    for (const told of done.tell) this.#count(told)
    for (const { key, value } of done.put) {
      this.#remember(key, value, done)
      this.now.put(key, value)
    }
    this.#agree(done)
  }

  #complain(done: Done, what: string): void {
    this.wrong.push(`${done.seq} ${this.#asked.get(done.commandId)?.type ?? 'unknown'}: ${what}`)
  }

  #count(told: Told): void {
    this.figures[told.type] = (this.figures[told.type] ?? 0) + 1
  }

  /** Before it is put: the records are as they were. */
  #judge(reply: Reply, done: Done): void {
    const former = this.now.get<Reply>(`reply/${reply.id}`)
    const at = done.tell[0]?.at ?? 0
    if (!steps[reply.state].includes(former?.state ?? 'nothing')) {
      this.#complain(done, `${former?.state ?? 'nothing'} became ${reply.state}`)
    }
    if (reply.state === 'sending' && former?.state === 'queued') this.#judgeLeaving(former, at, done)
    if (former?.mayHaveArrived && nowhere.has(reply.state)) this.#complain(done, 'what may have arrived was given back')
    if (former === null) this.#judgeFence(reply.conversationId, done)
    if (former !== null && reply.reviewFence < former.reviewFence) this.#complain(done, 'a fence of a review sank')
    if (reply.state === 'in-review') this.#judgeReview(reply, former, at, done)
    const decided = done.tell.some(({ type }) => type === 'review/approved' || type === 'review/returned')
    if (decided) this.#judgeVerdict(reply, former, at, done)
  }

  #judgeLeaving(reply: Extract<Reply, { state: 'queued' }>, at: number, done: Done): void {
    if (reply.notBefore > at) this.#complain(done, 'it left before its time')
    for (const rule of wrongs(reply, at, this.now, this.#memory)) {
      this.#complain(done, `it left against the rule of ${rule}`)
    }
  }

  /** Whoever wrote held the claim under which they said they did. */
  #judgeFence(conversationId: string, done: Done): void {
    const claim = this.now.get<Conversation>(`conversation/${conversationId}`)?.claim
    const { by, fence } = this.#asked.get(done.commandId) ?? nothingAsked
    if (claim?.fence !== fence) this.#complain(done, `${by} wrote under an old fence`)
    if (claim?.holder.id !== by && claim?.pair?.partner?.id !== by) this.#complain(done, `${by} wrote without a claim`)
  }

  #judgeReview(reply: Extract<Reply, { state: 'in-review' }>, former: Reply | null, at: number, done: Done): void {
    const { by, fence } = reply.reviewing
    if (fence !== reply.reviewFence) this.#complain(done, 'a review stands under another fence')
    if (this.#memory.writers.get(reply.id)?.has(by.id)) this.#complain(done, `${by.id} reads what they wrote`)
    const held = former?.state === 'in-review' ? former.reviewing : null
    if (held?.fence === fence) {
      if (held.by.id !== by.id) this.#complain(done, 'a review has another holder under the same fence')
      return
    }
    if (fence !== (former?.reviewFence ?? 0) + 1) this.#complain(done, 'a new review has no new fence')
    if (held !== null && held.until > at) this.#complain(done, 'a review was taken from its holder')
  }

  #judgeVerdict(reply: Reply, former: Reply | null, at: number, done: Done): void {
    const { by, fence } = this.#asked.get(done.commandId) ?? nothingAsked
    if (former?.state !== 'in-review') {
      this.#complain(done, 'what nobody reads was decided')
      return
    }
    if (former.reviewing.by.id !== by || former.reviewing.until <= at)
      this.#complain(done, `${by} decided without a claim`)
    if (fence !== undefined && fence !== former.reviewing.fence)
      this.#complain(done, `${by} decided under an old fence`)
    if (this.#memory.writers.get(reply.id)?.has(by)) this.#complain(done, `${by} decided on what they wrote`)
    if (reply.state === 'queued' && reply.approval?.by.id !== by) this.#complain(done, 'a yes has another name')
  }

  #remember(key: string, value: unknown, done: Done): void {
    const [room, id = ''] = key.split(/\/(.*)/, 2)
    if (room === 'wording' && (value as Wording | null)?.approvedBy) this.#memory.wordings.add((value as Wording).text)
    if (room === 'draft') this.#rememberDraft(id, value as Draft | null, done)
    if (room === 'reply') this.#rememberReply(value as Reply, done)
  }

  #rememberDraft(conversationId: string, draft: Draft | null, done: Done): void {
    const { type, by, text } = this.#asked.get(done.commandId) ?? nothingAsked
    if (type !== 'draft/save' || draft === null || typeof text !== 'string') return
    this.#judgeFence(conversationId, done)
    const former = this.#drafts.get(conversationId)
    const kept = former !== undefined && same(former.text, text)
    this.#drafts.set(conversationId, { text, by: kept ? former.by : new Set([by]) })
  }

  #rememberReply(reply: Reply, done: Done): void {
    const by = this.#asked.get(done.commandId)?.by ?? ''
    const { id, conversationId, text, epoch } = reply
    if (!this.#memory.writers.has(id)) this.#rememberWriters(reply, by)
    if (reply.review !== 'none') {
      for (const who of this.#memory.writers.get(id) ?? []) this.#memory.drawn.add(drawKey(who, reply))
    }
    const types = done.tell.filter(told => 'reply' in told && told.reply.id === id).map(({ type }) => type)
    if (types.includes('review/approved')) this.#add(this.#memory.yes, id, { by, text })
    if (types.includes('gate/overridden')) {
      this.#add(this.#memory.setAside, id, { by, text, epoch, rules: reply.override?.rules ?? [] })
    }
    if (nowhere.has(reply.state)) {
      this.#drafts.set(conversationId, { text: reply.original ?? text, by: this.#memory.writers.get(id) ?? new Set() })
    }
  }

  #rememberWriters({ id, conversationId, text }: Reply, by: string): void {
    const { claim } = this.now.get<Conversation>(`conversation/${conversationId}`) ?? {}
    const beside = claim?.pair?.partner ? [claim.holder.id, claim.pair.partner.id] : []
    const draft = this.#drafts.get(conversationId)
    const drafted = draft !== undefined && same(draft.text, text) ? draft.by : []
    this.#memory.writers.set(id, new Set([by, ...beside, ...drafted]))
    this.#drafts.delete(conversationId)
  }

  #add<T>(map: Map<string, T[]>, key: string, value: T): void {
    map.set(key, [...(map.get(key) ?? []), value])
  }

  /** What must be true of the records after every change. */
  #agree(done: Done): void {
    const conversations = this.now.all<Conversation>('conversation/')
    for (const { id, holding } of this.now.all<Responder>('responder/')) {
      const held = conversations.filter(({ claim }) => claim?.holder.id === id).length
      if (held !== holding) this.#complain(done, `${id} holds ${held} and is said to hold ${holding}`)
    }
    for (const conversation of conversations) this.#agreeOn(conversation, done)
    for (const reply of this.now.all<Reply>('reply/')) {
      const claim = this.now.get<Conversation>(`conversation/${reply.conversationId}`)?.claim
      const waited = claim?.replyId === reply.id
      if (underway.has(reply.state) !== waited) this.#complain(done, `${reply.state} and its claim do not agree`)
    }
    if (this.now.get<Facts>('facts')?.epoch !== this.now.get<Incident>('incident')?.epoch)
      this.#complain(done, 'two epochs')
  }

  #agreeOn({ claim, fence }: Conversation, done: Done): void {
    if (claim === null) return
    if (claim.fence !== fence) this.#complain(done, 'a claim stands under an old fence')
    if (claim.replyId === null) return
    const reply = this.now.get<Reply>(`reply/${claim.replyId}`)
    if (!underway.has(reply?.state ?? '')) this.#complain(done, 'a claim waits for what is not on its way')
  }
}

function same(one: string, other: string): boolean {
  return one.replace(/\s+/g, ' ').trim().toLowerCase() === other.replace(/\s+/g, ' ').trim().toLowerCase()
}
