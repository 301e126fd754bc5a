import type { Claim } from '@muster/shared/conversation.ts'
import type { Entry } from '@muster/shared/entry.ts'
import type { Snapshot } from '@muster/shared/protocol.ts'

export type Grant = { person: string; conversationId: string; fence: number }

/** One claim's name: a fence is given out once for each conversation. */
export function nameOf({ conversationId, fence }: Pick<Grant, 'conversationId' | 'fence'>): string {
  return `${conversationId}/${fence}`
}

type Hold = { fence: number; claim: Claim | null }

/** Every claim as the log tells it, kept by whoever reads the log from some snapshot on; entries may be told again. */
export class Claims {
  /** Claims the log tells of conversations that somebody held, or whose fence did not grow by one. */
  doubles = 0
  #seq = -1
  readonly #holds = new Map<string, Hold>()
  readonly #holders = new Map<string, string>()

  begin({ at, conversations }: Pick<Snapshot, 'at' | 'conversations'>): void {
    if (at.seq <= this.#seq) return
    this.#seq = at.seq
    for (const { id, fence, claim } of conversations) this.#remember(id, { fence, claim })
  }

  tell(entry: Entry): void {
    if (entry.seq <= this.#seq) return
    this.#seq = entry.seq
    if (!('conversation' in entry)) return
    const { id, fence, claim } = entry.conversation
    if (entry.type === 'conversation/claimed' && !follows(this.#holds.get(id), fence, entry.at)) this.doubles++
    this.#remember(id, { fence, claim })
  }

  /** Who the log says was given this claim; null while it has not said so. */
  holderOf(grant: Pick<Grant, 'conversationId' | 'fence'>): string | null {
    return this.#holders.get(nameOf(grant)) ?? null
  }

  #remember(conversationId: string, hold: Hold): void {
    const { fence, claim } = hold
    this.#holds.set(conversationId, hold)
    if (claim !== null) this.#holders.set(nameOf({ conversationId, fence }), claim.holder.id)
  }
}

/** Whether a claim of this fence could be made at that time. */
function follows(former: Hold | undefined, fence: number, at: number): boolean {
  if (former === undefined) return fence === 1
  const { claim } = former
  const free = claim === null || (claim.replyId === null && claim.until <= at)
  return free && fence === former.fence + 1
}
