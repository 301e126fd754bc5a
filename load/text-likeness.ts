import { bandsOf, likeness, signatureOf } from '@muster/server/domain/likeness.ts'
import { masked } from '@muster/server/domain/masking.ts'
import { pairOf, pairsAlike, sidesOf } from './text-pairs.ts'
import { microseconds, type Row } from './text-table.ts'

const alike = 0.7
const nearly = 0.6

/** What bands and signatures find among texts of which no two are copies, beside each compared with each by its pieces. */
export function measureLikeness(what: string, texts: readonly string[], [pairs, each]: [string, string]): Row[] {
  const begin = performance.now()
  for (const text of texts) signatureOf(text)
  const spent = performance.now() - begin
  const distinct = [...new Map(texts.map(text => [masked(text), text])).values()]
  const signed = distinct.flatMap(text => {
    const signature = signatureOf(text)
    return signature === null ? [] : [{ plain: masked(text), signature }]
  })
  const truth = pairsAlike(
    signed.map(({ plain }) => plain),
    nearly,
  )
  const met = pairsThatMeet(signed.map(({ signature }) => signature))
  const told = [...met].filter(pair => {
    const [one, other] = sidesOf(pair).map(side => signed[side]?.signature ?? '')
    return likeness(one ?? '', other ?? '') >= alike
  })
  const trulyAlike = [...truth].filter(([, share]) => share >= alike).map(([pair]) => pair)
  const rightly = told.filter(pair => (truth.get(pair) ?? 0) >= alike).length
  return [
    [`${what}: ${texts.length} texts`, `${signed.length} distinct`, ''],
    [
      `  pairs truly ${alike} alike that share a band`,
      `${trulyAlike.filter(pair => met.has(pair)).length} of ${trulyAlike.length}`,
      pairs,
    ],
    [`  told ${alike} alike, and are`, `${rightly}`, ''],
    [
      `  told ${alike} alike, but are ${nearly} to ${alike}`,
      `${told.filter(pair => truth.has(pair)).length - rightly}`,
      '',
    ],
    [`  told ${alike} alike, but are not even ${nearly}`, `${told.filter(pair => !truth.has(pair)).length}`, ''],
    ['  pairs to look at, of all', `${met.size} of ${(signed.length * (signed.length - 1)) / 2}`, ''],
    ['  a text, masked and signed', microseconds(spent, texts.length), each],
  ]
}

function pairsThatMeet(signatures: readonly string[]): Set<number> {
  const met = new Set<number>()
  const byBand = new Map<string, number[]>()
  for (const [index, signature] of signatures.entries()) {
    for (const band of bandsOf(signature)) {
      const others = byBand.get(band) ?? []
      for (const other of others) met.add(pairOf(other, index))
      others.push(index)
      byBand.set(band, others)
    }
  }
  return met
}
