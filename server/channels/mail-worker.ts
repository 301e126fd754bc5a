import { type Defect, defectOf } from '@muster/shared/defect.ts'
import { plainFailure } from '@muster/shared/failure.ts'
import { Defective, type Reading, type ReadMail, readMail } from './mail-parse.ts'
import { NotSetUp, type Signed, type Unwrapped, unwrap, type Wrapping } from './mail-unwrap.ts'

/**
 * What the reader asks of this process, one mail at a time, while it writes that many bytes to it. A mail that is wrapped
 * in what a provider posted is taken out first; `longest` is how many bytes of it are read.
 */
export type Question = { bytes: number; reading: Reading; wrapping: Wrapping | null; longest: number }

/**
 * `kept`: of a mail that was wrapped and cannot be read, the beginning of its bytes (base64), and how many it has. `nothing`:
 * what a provider posted holds no mail, as it was set up or at all.
 */
export type Answer =
  | { type: 'read'; mail: ReadMail; signed: Signed | null }
  | { type: 'unreadable'; defect: Defect; signed: Signed | null; kept: Kept | null }
  | { type: 'nothing'; reason: string; holds: 'no mail yet' | 'no mail' }
type Kept = { raw: string; bytes: number }

const keptBytes = 1_000_000

let asked: Question | null = null
let chunks: Uint8Array[] = []

process.on('message', (question: Question) => {
  asked = question
  answerWhenWhole()
})
process.stdin.on('data', (chunk: Buffer) => {
  chunks.push(chunk)
  answerWhenWhole()
})

function answerWhenWhole(): void {
  if (asked === null || chunks.reduce((held, { byteLength }) => held + byteLength, 0) < asked.bytes) return
  const question = asked
  const raw = Buffer.concat(chunks)
  asked = null
  chunks = []
  void answer(raw, question).then(answer => process.send?.(answer))
}

async function answer(body: Uint8Array, { wrapping, ...question }: Question): Promise<Answer> {
  if (wrapping === null) return await read({ raw: body, signed: null }, question, false)
  try {
    return await read(await unwrap(body, wrapping), question, true)
  } catch (error) {
    const holds = error instanceof NotSetUp ? 'no mail yet' : 'no mail'
    return { type: 'nothing', reason: wordsOf(error), holds }
  }
}

async function read(
  { raw, signed }: Unwrapped,
  { reading, longest }: Omit<Question, 'wrapping'>,
  keeps: boolean,
): Promise<Answer> {
  try {
    if (raw.byteLength > longest) throw new Defective(tooLong(longest))
    return { type: 'read', mail: await readMail(raw, reading), signed }
  } catch (error) {
    const beginning = Buffer.from(raw.subarray(0, keptBytes)).toString('base64')
    const kept = keeps ? { raw: beginning, bytes: raw.byteLength } : null
    return { type: 'unreadable', defect: defectIn(error), signed, kept }
  }
}

/** Of a mail with more bytes than this. */
function tooLong(longest: number): Defect {
  const most = Math.floor(longest / 1024 / 1024)
  return defectOf('too-long', `It is longer than ${most} MB.`, { most })
}

function defectIn(error: unknown): Defect {
  if (error instanceof Defective) return error.defect
  const said = wordsOf(error)
  return defectOf('unparsed', said, { failure: { ...plainFailure(said), said } })
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
