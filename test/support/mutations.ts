/** Chance that can be had again from its seed. */
export type Chance = { below(end: number): number; of<T>(choices: readonly T[]): T }

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (end: number) => Math.floor(next() * end)
  return { below, of: choices => choices[below(choices.length)] as (typeof choices)[number] }
}

type Break = (whole: Buffer, chance: Chance) => Buffer

/** Bytes that readers of text stumble over. */
const hostile = [
  '\0',
  '\r',
  '\n',
  '\r\n\r\n',
  '\u2028',
  '\ufeff',
  '\u202e',
  '"',
  '\\',
  '<',
  '%',
  '=',
  '--',
  ';',
  ':',
  ' ',
].map(text => Buffer.from(text))
const invalid = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0x1b, 0x24, 0x42]].map(
  bytes => Buffer.from(bytes),
)

const put = (whole: Buffer, at: number, what: Buffer, over = 0) =>
  Buffer.concat([whole.subarray(0, at), what, whole.subarray(at + over)])
const placeIn = (whole: Buffer, chance: Chance) => chance.below(whole.length + 1)
function pieceOf(whole: Buffer, chance: Chance, longest = 400): Buffer {
  const from = placeIn(whole, chance)
  return whole.subarray(from, from + chance.below(longest))
}

/** What may befall any bytes. */
const anywhere: Break[] = [
  (whole, chance) => {
    const flipped = Buffer.from(whole)
    for (let times = 1 + chance.below(40); times > 0 && whole.length > 0; times--) {
      const at = chance.below(whole.length)
      flipped[at] = (flipped[at] ?? 0) ^ (1 << chance.below(8))
    }
    return flipped
  },
  (whole, chance) => whole.subarray(0, placeIn(whole, chance)),
  (whole, chance) => whole.subarray(placeIn(whole, chance)),
  (whole, chance) => put(whole, placeIn(whole, chance), Buffer.alloc(0), chance.below(300)),
  (whole, chance) => put(whole, placeIn(whole, chance), pieceOf(whole, chance)),
  (whole, chance) =>
    put(
      whole,
      placeIn(whole, chance),
      Buffer.from(
        pieceOf(whole, chance, 40)
          .toString()
          .repeat(1 + chance.below(2_000)),
      ),
    ),
  (whole, chance) => put(whole, placeIn(whole, chance), chance.of([...hostile, ...invalid]), chance.below(3)),
]

/** Breaks bytes in one to four ways. */
export function brokenBytes(whole: Buffer, chance: Chance, ways: readonly Break[] = anywhere): Buffer {
  let broken = whole
  for (let times = 1 + chance.below(4); times > 0; times--) broken = chance.of(ways)(broken, chance)
  return broken
}

const charsets = [
  'utf-8',
  'utf-16',
  'utf-7',
  'iso-2022-jp',
  'gb18030',
  'big5',
  'x-unknown',
  '',
  'utf-8\0',
  "utf-8'en'",
  'cp437',
]
const encodings = ['base64', 'quoted-printable', '7bit', '8bit', 'binary', 'x-uuencode', '']
const types = [
  'text/plain',
  'text/html',
  'multipart/mixed',
  'multipart/alternative',
  'message/rfc822',
  'multipart/report',
  'a/b',
  '/',
]
const words = [
  '=?utf-8?q?=00=0D=0A?=',
  '=?utf-16?b?//79?=',
  '=?x?q?=?=',
  '=?utf-8?b?',
  '"',
  '<<>>',
  '(((((',
  '@',
  ';;;=',
  '=?utf-8?q?a?='.repeat(50),
]
const names = [
  'From',
  'To',
  'Subject',
  'Date',
  'Message-ID',
  'References',
  'In-Reply-To',
  'Reply-To',
  'Content-Type',
  'Authentication-Results',
  'X-Any',
]

const header = (whole: Buffer, line: string) => Buffer.concat([Buffer.from(`${line}\r\n`), whole])
function replaced(whole: Buffer, pattern: RegExp, by: string): Buffer {
  return Buffer.from(whole.toString('latin1').replace(pattern, `$1${by}`), 'latin1')
}
function within(whole: Buffer, chance: Chance): Buffer {
  const depth = chance.of([1, 2, 10, 100, 600])
  const type = chance.of(['multipart/mixed', 'message/rfc822', 'multipart/report; report-type=delivery-status'])
  const part = (level: number) => `Content-Type: ${type}; boundary=b${level}\r\n\r\n--b${level}\r\n`
  return Buffer.concat([Buffer.from(Array.from({ length: depth }, (_, level) => part(level)).join('')), whole])
}

/** What may befall a mail besides. */
const inMail: Break[] = [
  (whole, chance) => replaced(whole, /(charset\s*=\s*)[^\s;]*/i, chance.of(charsets)),
  (whole, chance) => replaced(whole, /(content-transfer-encoding:\s*)\S*/i, chance.of(encodings)),
  (whole, chance) => replaced(whole, /(content-type:\s*)[^\s;]*/i, chance.of(types)),
  (whole, chance) => replaced(whole, /(boundary\s*=\s*)[^\s;]*/i, chance.of(['', '""', 'x', '-'.repeat(500)])),
  (whole, chance) => header(whole, `${chance.of(names)}: ${chance.of(words)}`),
  (whole, chance) =>
    header(whole, `${chance.of(names)}: ${chance.of(words)}\r\n`.repeat(1 + chance.below(3_000)).trimEnd()),
  (whole, chance) =>
    header(
      whole,
      `${chance.of(names)}: ${chance.of(['a', '<', '(', '\u00e4', 'a@b.test, ']).repeat(chance.below(60_000))}`,
    ),
  (whole, chance) => put(whole, whole.indexOf('\r\n\r\n') + 4, Buffer.from('<a "'.repeat(chance.below(20_000)))),
  within,
]

export function brokenMail(whole: Buffer, chance: Chance): Buffer {
  return brokenBytes(whole, chance, [...anywhere, ...inMail])
}

const values: unknown[] = [
  null,
  true,
  -1,
  1e308,
  0.1,
  '',
  '\0',
  '\ud800',
  '\u202e',
  'x'.repeat(20_000),
  [],
  {},
  [[[[[[]]]]]],
  { __proto__: null, constructor: 1 },
  '2026-13-45T99:99:99Z',
  'javascript:alert(1)',
]

type Json = unknown[] | Record<string, unknown>
function containers(value: unknown, found: Json[] = []): Json[] {
  if (typeof value !== 'object' || value === null) return found
  found.push(value as Json)
  for (const inner of Object.values(value)) containers(inner, found)
  return found
}

/** What may befall a payload that stays JSON: values of other kinds, missing, added and repeated ones, at any depth. */
export function brokenJson(whole: unknown, chance: Chance): unknown {
  const broken: unknown = structuredClone(whole)
  for (let times = 1 + chance.below(4); times > 0; times--) {
    const all = containers(broken)
    if (all.length === 0) return structuredClone(chance.of(values))
    const container = chance.of(all) as Record<string, unknown>
    const key = chance.of([...Object.keys(container), 'added', '__proto__x', '0'])
    const way = chance.below(4)
    if (way === 0 && !Array.isArray(container)) delete container[key]
    else if (way === 1) container[key] = structuredClone(chance.of(all.filter(each => each !== container).concat([[]])))
    else if (way === 2 && typeof container[key] === 'string')
      container[key] = brokenBytes(Buffer.from(container[key]), chance).toString()
    else container[key] = structuredClone(chance.of(values))
  }
  return broken
}
