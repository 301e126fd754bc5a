import { fold } from '@muster/shared/fold.ts'
import { fingerprint } from './fingerprint.ts'
import { masked } from './masking.ts'

/**
 * MinHash (Broder 1997): of two texts' pieces of four characters, the share they have in common is how often the
 * smallest of each is the same one, over 64 ways to order them. One byte of each smallest is kept (Li and König 2010), and
 * neighbours are found by bands of four: of texts 0.8 alike all but one in 4,000 share one of sixteen.
 */
const ways = 64
const rowsOfBand = 4
const pieceLength = 4
/** A shorter text has too few pieces to compare: "Any news?" and "Any news yet?" are alike by chance. */
const shortest = 20
/** Two different bytes are the same by chance. */
const chance = 1 / 256

/** The finalizer of MurmurHash3: every bit of the number depends on every other. */
function mixed(number: number): number {
  let mix = Math.imul(number ^ (number >>> 16), 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return mix ^ (mix >>> 16)
}

/** Fixed for ever: signatures are kept in records, and every node must make the same. */
const factors = Int32Array.from({ length: ways }, (_, way) => mixed(2 * way + 1) | 1)
const shifts = Int32Array.from({ length: ways }, (_, way) => mixed(2 * way + 0x10001))

/** What a text is compared by, in 88 characters; null where it is too short for it. */
export function signatureOf(text: string): string | null {
  const plain = masked(text)
  if (plain.length < shortest) return null
  const smallest = new Int32Array(ways).fill(0x7fffffff)
  for (const piece of piecesOf(plain)) {
    for (let way = 0; way < ways; way++) {
      const place = (Math.imul(piece, factors[way] as number) + (shifts[way] as number)) | 0
      if (place < (smallest[way] as number)) smallest[way] = place
    }
  }
  return Buffer.from(Uint8Array.from(smallest, place => mixed(place) & 0xff)).toString('base64')
}

function piecesOf(text: string): Set<number> {
  const pieces = new Set<number>()
  for (let from = 0; from + pieceLength <= text.length; from++) {
    let piece = 0
    for (let offset = 0; offset < pieceLength; offset++) piece = mixed(piece + text.charCodeAt(from + offset))
    pieces.add(piece)
  }
  return pieces
}

/** Two texts that share one of these keys may be alike; of two that share none it need not be asked. */
export function bandsOf(signature: string): string[] {
  const bytes = Buffer.from(signature, 'base64')
  return Array.from({ length: ways / rowsOfBand }, (_, band) => {
    const rows = bytes.subarray(band * rowsOfBand, (band + 1) * rowsOfBand)
    return `${band}-${rows.toString('base64url')}`
  })
}

/** From 0 to 1: the share of their pieces that two texts have in common, told by their signatures alone. */
export function likeness(one: string, other: string): number {
  return shareOf(bytesOf(one), bytesOf(other))
}

/** A signature as `shareOf` compares it: for whoever compares one with many. */
export function bytesOf(signature: string): Uint8Array {
  return Uint8Array.from(Buffer.from(signature, 'base64'))
}

/** The likeness of two signatures. */
export function shareOf(one: Uint8Array, other: Uint8Array): number {
  let same = 0
  for (let way = 0; way < ways; way++) if (one[way] === other[way]) same++
  return Math.max(0, (same / ways - chance) / (1 - chance))
}

/** The same for texts that are the same once masked. A text of which nothing would be left is taken as it stands. */
export function sameKeyOf(text: string): string {
  return fingerprint(masked(text) || fold(text))
}
