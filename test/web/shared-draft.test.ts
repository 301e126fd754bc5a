import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packed, Unpacking } from '../../web/state/parcel.ts'
import { spliceBetween, spliced } from '../../web/state/splice.ts'
import { histories } from '../support/histories.ts'
import { chances, Desk, fateBy, sorted, strokes, Wires } from './wires.ts'

const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('type' as const),
      who: fc.nat(2),
      at: fc.nat(60),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('remove' as const),
      who: fc.nat(2),
      at: fc.nat(60),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 2_000 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('line' as const), who: fc.nat(2), live: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reload' as const), who: fc.nat(2) }) },
)

type Act = typeof act extends fc.Arbitrary<infer Each> ? Each : never

/** The holder with two screens, and the other with one. */
class Company {
  readonly wires: Wires
  readonly desks: readonly [Desk, Desk, Desk]
  readonly #stroke = strokes()
  readonly #gone = new Set<string>()
  #written: string

  constructor(chance: () => number) {
    this.wires = new Wires(chance)
    this.#written = this.#stroke(8)
    this.desks = [
      new Desk(this.wires, 'holder', this.#written, 'once'),
      new Desk(this.wires, 'partner'),
      new Desk(this.wires, 'holder', this.#written),
    ]
    this.wires.pass(50)
  }

  /** What must stand there in the end. */
  get left(): string {
    return sorted(Array.from(this.#written, one => (this.#gone.has(one) ? '' : one)).join(''))
  }

  do(each: Act): void {
    if (each.type === 'pass') {
      this.wires.pass(each.ms)
      return
    }
    const desk = this.desks[each.who as 0 | 1 | 2]
    if (each.type === 'line') desk.line(each.live)
    else if (each.type === 'reload') desk.reload(true)
    else if (each.type === 'remove') for (const stroke of desk.remove(each.at, each.count)) this.#gone.add(stroke)
    else if (desk.shares) desk.type(each.at, this.#new(each.count))
  }

  #new(count: number): string {
    const typed = this.#stroke(count)
    this.#written += typed
    return typed
  }
}

test('[PR4] whatever is lost, doubled, late or loaded anew, all end with one text, in which every stroke stands once', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(act, { minLength: 5, maxLength: 60 }), (seed, acts) => {
      const chance = chances(seed)
      const company = new Company(chance)
      const { wires, desks } = company
      wires.fate = fateBy(chance)
      for (const each of acts) company.do(each)
      for (const desk of desks) desk.line(true)
      wires.fate = () => [5]
      wires.pass(20_000)
      const [{ text }] = desks
      expect(desks.map(desk => [desk.text, desk.draft.text])).toEqual(desks.map(() => [text, text]))
      expect(sorted(text)).toBe(company.left)
      expect(desks.flatMap(({ offered }) => offered)).toEqual([])
    }),
    histories(200),
  )
})

test('[PR5] a screen that lost what it kept takes what the other has; nothing is doubled, and what was written apart is offered', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.nat(1),
      fc.array(fc.tuple(fc.nat(1), fc.boolean(), fc.nat(2_500)), { maxLength: 12 }),
      (seed, loser, acts) => {
        const chance = chances(seed)
        const wires = new Wires(chance)
        const stroke = strokes()
        const saved = stroke(6)
        const desks = [new Desk(wires, 'holder', saved, 'once'), new Desk(wires, 'partner')] as const
        wires.pass(50)
        let record = saved
        let written = saved
        for (const [who, loses, ms] of acts) {
          const desk = desks[who as 0 | 1]
          if (loses && who === loser) desk.reload(false, record)
          else if (desk.shares) {
            const typed = stroke(2)
            written += typed
            desk.type(ms, typed)
            record = desk.text
          }
          wires.pass(ms)
        }
        for (const desk of desks) desk.line(true)
        wires.pass(20_000)
        const [holder, partner] = desks
        expect(partner.text).toBe(holder.text)
        expect(new Set(holder.text).size).toBe(Array.from(holder.text).length)
        const everywhere = [holder.text, ...holder.offered, ...partner.offered, record].join('')
        for (const one of written) expect(everywhere).toContain(one)
      },
    ),
    histories(100),
  )
})

function two(saved = 'Dear Kim, ') {
  const wires = new Wires(chances(7))
  const holder = new Desk(wires, 'holder', saved, 'once')
  const partner = new Desk(wires, 'partner')
  wires.pass(50)
  return { wires, holder, partner }
}

test('[PR5] only the holder’s screen begins, from what stands there; who comes has it at once', () => {
  const { holder, partner } = two()
  expect([holder.text, partner.text]).toEqual(['Dear Kim, ', 'Dear Kim, '])
})

test('[PR5] a partner alone begins nothing, however long they wait', () => {
  const wires = new Wires(chances(1))
  const partner = new Desk(wires, 'partner', 'Dear Kim, ')
  wires.pass(60_000)
  expect(partner.shares).toBe(false)
})

test('[PR5] a holder who loads anew takes the other’s text first, and begins anew only when nobody answers', () => {
  const { wires, holder, partner } = two()
  partner.type(99, 'we know. ')
  wires.pass(200)
  holder.reload(false, 'Dear Kim, we')
  wires.pass(100)
  expect(holder.text).toBe('Dear Kim, we know. ')
  partner.line(false)
  holder.reload(false, 'Dear Kim, we know. ')
  wires.pass(900)
  expect(holder.shares).toBe(false)
  wires.pass(200)
  expect([holder.shares, holder.text]).toEqual([true, 'Dear Kim, we know. '])
  holder.type(99, 'It is fixed.')
  partner.type(99, 'Sorry. ')
  partner.line(true)
  wires.pass(4_000)
  expect([holder.text, partner.text]).toEqual(['Dear Kim, we know. It is fixed.', 'Dear Kim, we know. It is fixed.'])
  expect(partner.offered).toEqual(['Dear Kim, we know. Sorry. '])
})

test('[PR5] while there is no line nobody could answer, so nothing is begun', () => {
  const wires = new Wires(chances(1))
  const holder = new Desk(wires, 'holder', 'Dear Kim, ')
  holder.line(false)
  wires.pass(30_000)
  expect(holder.shares).toBe(false)
  holder.line(true)
  wires.pass(2_100)
  expect(holder.shares).toBe(true)
})

test('[WB111] undoing takes back own strokes alone, and says where', () => {
  const { wires, holder, partner } = two('')
  holder.type(0, 'Ada ')
  wires.pass(1_000)
  partner.type(99, 'Ben ')
  wires.pass(1_000)
  holder.type(99, 'again')
  wires.pass(1_000)
  holder.draft.undo(false)
  expect(holder.text).toBe('Ada Ben ')
  holder.draft.undo(false)
  holder.draft.undo(false)
  wires.pass(1_000)
  expect([holder.text, partner.text]).toEqual(['Ben ', 'Ben '])
  holder.draft.undo(true)
  wires.pass(1_000)
  expect([holder.text, partner.text]).toEqual(['Ada Ben ', 'Ada Ben '])
})

test('[WB111] what the other writes waits while a character is composed', () => {
  const { wires, holder, partner } = two('')
  holder.draft.hold(true)
  partner.type(0, 'Ben ')
  wires.pass(500)
  expect(holder.text).toBe('')
  holder.type(0, 'に')
  holder.draft.hold(false)
  wires.pass(4_000)
  expect(holder.text).toBe(partner.text)
  expect(sorted(holder.text)).toBe(sorted('Ben に'))
})

test('[PR4] a long text comes whole, and a message that makes no sense changes nothing', () => {
  const long = 'お客様へ '.repeat(5_000)
  const { wires, holder, partner } = two(long)
  expect(partner.text).toBe(long)
  for (const payload of [
    '',
    'AAAA',
    btoa('nonsense that is longer than a head'),
    '!',
    ...packed({ born: holder.kept?.born ?? 0, bytes: Uint8Array.of(9, 9, 9, 9, 9) }, 1),
  ]) {
    for (const kind of ['ask', 'tell', 'here'] as const) partner.draft.hear(kind, payload, false)
  }
  wires.pass(4_000)
  holder.type(0, 'A')
  wires.pass(4_000)
  expect(partner.text).toBe(`A${long}`)
})

test('[PR4] what is changed is the smallest splice, at the hand, and cuts no character in two', () => {
  expect(spliceBetween('aa', 'aaa', 1)).toEqual({ at: 0, removed: 0, inserted: 'a' })
  expect(spliceBetween('aa', 'aaa', 3)).toEqual({ at: 2, removed: 0, inserted: 'a' })
  expect(spliceBetween('abab', 'ab', 2)).toEqual({ at: 2, removed: 2, inserted: '' })
  expect(spliceBetween('👩', '👨', 2)).toEqual({ at: 0, removed: 2, inserted: '👨' })
  expect(spliceBetween('x👩y', 'x👩👩y', 5)).toEqual({ at: 3, removed: 0, inserted: '👩' })
  const text = fc.array(fc.constantFrom('a', 'b', '👩', '👨', '\n')).map(parts => parts.join(''))
  fc.assert(
    fc.property(text, text, fc.nat(), (before, after, cursor) => {
      const splice = spliceBetween(before, after, Math.min(cursor, after.length))
      expect(spliced(before, [splice])).toBe(after)
      expect(splice.inserted.isWellFormed()).toBe(true)
      expect(before.slice(splice.at, splice.at + splice.removed).isWellFormed()).toBe(true)
    }),
  )
})

test('[PR4] pieces make a parcel in any order; what is lost of one leaves the next untouched', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251)
  const pieces = packed({ born: 7, bytes }, 1)
  expect(pieces.length).toBe(3)
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(48_000)
  const unpacking = new Unpacking()
  for (let lost = 0; lost < 20; lost++) unpacking.take(packed({ born: 7, bytes }, 2 + lost)[0] ?? '')
  const [first, ...rest] = pieces.toReversed()
  expect(unpacking.take(first ?? '')).toBeNull()
  const whole = rest.map(piece => unpacking.take(piece)).at(-1)
  expect(whole).toEqual({ born: 7, bytes })
})
