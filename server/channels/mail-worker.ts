import { type Reading, type ReadMail, readMail } from './mail-parse.ts'

/** What the reader asks of this process, one mail at a time, while it writes that many bytes to it; and the answer. */
export type Question = { bytes: number; reading: Reading }
export type Answer = { type: 'read'; mail: ReadMail } | { type: 'unreadable'; reason: string }

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
  const { reading } = asked
  const raw = Buffer.concat(chunks)
  asked = null
  chunks = []
  void answer(raw, reading).then(answer => process.send?.(answer))
}

async function answer(raw: Uint8Array, reading: Reading): Promise<Answer> {
  try {
    return { type: 'read', mail: await readMail(raw, reading) }
  } catch (error) {
    return { type: 'unreadable', reason: error instanceof Error ? error.message : String(error) }
  }
}
