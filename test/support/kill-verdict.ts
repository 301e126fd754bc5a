import { keyOf } from '@muster/server/domain/indexes.ts'
import type { Store } from '@muster/server/store/store.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { KillLives } from './kill-lives.ts'
import type { KillStage } from './kill-stage.ts'

const pageSize = 1_000

/** What became of the replies that were accepted, and how often nobody knew whether one had arrived. */
export type Tally = { sent: number; returned: number; doubted: number }
/** Faults, each a sentence. */
export type Faults = {
  /** Accepted, and nowhere or still under way. */
  lost: string[]
  /** Seen twice, or seen though it came back. */
  double: string[]
  /** Stands as sent, and nobody saw it. */
  phantom: string[]
  /** Came back because of a limit. */
  limited: string[]
  /** Seen, and handed in by nobody. */
  strange: string[]
}

/** Holds what networks showed their customers against what the store says of every reply that was accepted. */
export async function judged(stage: KillStage, { accepted }: KillLives): Promise<{ tally: Tally; faults: Faults }> {
  const shown = stage.networks.all.flatMap(({ postbox }) => postbox.shown)
  const seen = countBy(shown.map(({ replyId }) => replyId))
  const tally = { sent: 0, returned: 0, doubted: await doubted(stage.store, stage.incidentId) }
  const customers = countBy(shown.map(({ channelId, address }) => `${address} on ${channelId}`))
  const faults: Faults = {
    lost: [],
    double: [...customers].flatMap(([customer, replies]) =>
      replies > 1 ? [`${customer} sees ${replies} replies`] : [],
    ),
    phantom: [],
    limited: [],
    strange: shown.flatMap(({ replyId }) => (accepted.has(replyId) ? [] : [replyId])),
  }
  for (const [replyId, { conversationId, channelId }] of accepted) {
    const end = await endOf(stage, replyId, conversationId)
    const times = seen.get(replyId) ?? 0
    const story = `${replyId} on ${channelId} was seen ${times} times: ${JSON.stringify(end)}`
    if (end.state === 'sent') tally.sent += 1
    if (end.state === 'failed') tally.returned += 1
    for (const fault of faultsOf(end, times)) faults[fault].push(story)
  }
  return { tally, faults }
}

/** A reply in the end, and whether its customer waits. */
type End = { state: Reply['state'] | null; reason: string; waits: boolean }

function faultsOf({ state, reason, waits }: End, times: number): (keyof Faults)[] {
  const isSent = state === 'sent'
  const found: Record<string, boolean> = {
    lost: waits === isSent || !(isSent || state === 'failed'),
    double: times > Number(isSent),
    phantom: isSent && times === 0,
    limited: state === 'failed' && /\b429\b|too many/i.test(reason),
  }
  return Object.keys(found).filter(fault => found[fault]) as (keyof Faults)[]
}

async function endOf({ store, incidentId }: KillStage, replyId: string, conversationId: string): Promise<End> {
  const { records } = await store.read(incidentId, [keyOf.reply(replyId), keyOf.conversation(conversationId)])
  const [reply, conversation] = records.map(record => record?.value) as [Reply | undefined, Conversation | undefined]
  const reason = reply !== undefined && 'reason' in reply ? reply.reason : ''
  return { state: reply?.state ?? null, reason, waits: conversation?.waitingSince !== null }
}

/** How many replies were ever uncertain, as the log has it. */
async function doubted(store: Store, incidentId: string): Promise<number> {
  const ids = new Set<string>()
  let at = { ...(await store.top(incidentId)), seq: 0 }
  for (;;) {
    const page = await store.lines(incidentId, at, pageSize)
    if (page.type === 'reset') throw new Error('the log has another era')
    for (const { told } of page.lines) {
      if (told.type === 'reply/uncertain') ids.add((told.reply as { id: string }).id)
    }
    const last = page.lines.at(-1)
    if (last === undefined) return ids.size
    at = { ...at, seq: last.seq }
  }
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
