import { masked } from '../../domain/masking.ts'
import type { Shown } from '../observation.ts'
import { groupBy } from './fault.ts'

const pieceLength = 4
const alike = 0.8

/**
 * Of the public replies that customers saw, the share that is almost what another customer of the same network had read
 * before: of the pieces of four characters that the two have together, masked, they share at least 0.8. Counted from the
 * texts themselves, and not by what the server keeps of them.
 */
export function nearIdenticalShare(shown: readonly Shown[]): number {
  const first = [...new Map(shown.toReversed().map(each => [each.replyId, each])).values()].toReversed()
  const copies = [...groupBy(first, ({ channelId }) => channelId).values()].flatMap(copiesAmong)
  return first.length === 0 ? 0 : copies.length / first.length
}

type Pieces = { address: string; pieces: ReadonlySet<string> }

function copiesAmong(shown: readonly Shown[]): Shown[] {
  const read: Pieces[] = []
  return shown.filter(({ address, text }) => {
    const pieces = piecesOf(text)
    const copied = read.some(former => former.address !== address && likeness(former.pieces, pieces) >= alike)
    read.push({ address, pieces })
    return copied
  })
}

function piecesOf(text: string): ReadonlySet<string> {
  const plain = masked(text)
  const last = Math.max(0, plain.length - pieceLength)
  return new Set(Array.from({ length: last + 1 }, (_, from) => plain.slice(from, from + pieceLength)))
}

/** Sets of too different a size cannot be alike; that spares most of the counting. */
function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  if (Math.min(one.size, other.size) / Math.max(one.size, other.size) < alike) return 0
  const shared = one.intersection(other).size
  return shared / (one.size + other.size - shared)
}
