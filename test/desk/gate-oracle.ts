import type { Conversation } from '@muster/shared/conversation.ts'
import type { Facts, Responder, Wording } from '@muster/shared/incident.ts'
import type { Reply } from '@muster/shared/reply.ts'
import type { Table } from './gate-ledger.ts'
import { kindOf, longest, promises } from './gate-texts.ts'

/** What the oracle remembers beside the records: who wrote, read and argued, by what was asked and not by what was stored. */
export type Memory = {
  /** Who put these very words to this customer, by reply. */
  writers: Map<string, ReadonlySet<string>>
  /** Who said yes to which words of a reply. */
  yes: Map<string, { by: string; text: string }[]>
  /** What leads set aside for which words of a reply, under which guidance. */
  setAside: Map<string, { by: string; text: string; epoch: number; rules: readonly string[] }[]>
  /** Every text a wording ever had. */
  wordings: Set<string>
  /** Replies that were asked to be read, by who wrote them and which messages they answer. */
  drawn: Set<string>
}

export const drawKey = (who: string, { conversationId, answers }: Reply) => `${who} ${conversationId} ${answers.after}`

/** What is wrong with a reply that moves to sending, told by plain means of its own. */
export function wrongs(reply: Reply, at: number, records: Table, memory: Memory): string[] {
  const aside = new Set(
    (memory.setAside.get(reply.id) ?? [])
      .filter(({ text, epoch, by }) => text === reply.text && epoch === reply.epoch && ['lena', 'cora'].includes(by))
      .flatMap(({ rules }) => rules),
  )
  const argued = (rule: string, found: boolean) => found && !aside.has(rule)
  const facts = records.get<Facts>('facts')
  const found: Record<string, boolean> = {
    epoch: facts?.epoch !== reply.epoch,
    claim: !claimed(reply, records.get<Conversation>(`conversation/${reply.conversationId}`)),
    empty: reply.text.trim() === '',
    blank: reply.text.includes('[['),
    length: reply.to.channelId === 'hook' && reply.text.length > longest,
    'must-not-say': argued(
      'must-not-say',
      (facts?.mustNotSay ?? []).some(words => plain(reply.text).includes(plain(words))),
    ),
    'must-not-match': argued(
      'must-not-match',
      (facts?.mustNotMatch ?? []).some(({ pattern }) => new RegExp(pattern, 'i').test(reply.text)),
    ),
    wording: argued('wording', isYesterdays(reply.text, at, records, memory)),
    commitment: argued('commitment', promises(reply.text)),
    alike: argued('alike', isCopy(reply, records)),
    review: !isRead(reply, records, memory),
  }
  return Object.keys(found).filter(rule => found[rule])
}

function claimed(reply: Reply, conversation: Conversation | null): boolean {
  const claim = conversation?.claim
  const writers = [claim?.holder.id, claim?.pair?.partner?.id]
  return claim?.replyId === reply.id && claim.fence === reply.fence && writers.includes(reply.writer.id)
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ')
}

/** The first sentences of a wording, before its blank. */
function beginning(text: string): string {
  return text.split('[[', 1)[0] ?? text
}

function isYesterdays(text: string, at: number, records: Table, memory: Memory): boolean {
  const current = records
    .all<Wording>('wording/')
    .filter(({ approvedBy, expiresAt }) => approvedBy !== null && (expiresAt === null || expiresAt > at))
    .map(wording => wording.text)
  return [...memory.wordings].some(each => !current.includes(each) && text.includes(beginning(each)))
}

/** Back with their writer. */
export const nowhere = new Set<string>(['held', 'failed', 'returned', 'recalled'])

/** Whether another customer who is answered in public got the same kind of text, or is about to. */
function isCopy(reply: Reply, records: Table): boolean {
  const kind = kindOf(reply.text)
  if (reply.to.channelId !== 'hook' || kind === null) return false
  return records
    .all<Reply>('reply/')
    .some(
      other =>
        other.conversationId !== reply.conversationId &&
        other.to.channelId === 'hook' &&
        other.attempts > 0 &&
        !nowhere.has(other.state) &&
        kindOf(other.text) === kind,
    )
}

/** Whether nobody had to read it, or somebody else did. */
function isRead(reply: Reply, records: Table, memory: Memory): boolean {
  const level = records.get<Responder>(`responder/${reply.writer.id}`)?.level ?? 'gated'
  const drawn = reply.level === 'spot-checked' && memory.drawn.has(drawKey(reply.writer.id, reply))
  const owed = level === 'gated' || level === 'observer' || reply.review !== 'none' || drawn
  if (!owed) return true
  const writers = memory.writers.get(reply.id) ?? new Set()
  return (memory.yes.get(reply.id) ?? []).some(({ by, text }) => text === reply.text && !writers.has(by))
}
