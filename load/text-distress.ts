import { distressAmong, signsIn } from '@muster/server/domain/distress.ts'
import type { Labelled, LabelledSet } from './text-labelled.ts'
import { peerOf } from './text-peers.ts'
import { microseconds, percent, type Row } from './text-table.ts'

type Judged = { is: boolean; points: number }

/** Two points and more mark a row of the queue. */
const marked = 2

/** Of messages that people had labelled: how many are told, and whether those stand first. */
export function measureDistress(set: LabelledSet, data: string): Row[] {
  const { reported } = set.halves(data)
  const peer = peerOf(set)
  const points = set.by === 'hostility' ? hostility : distress
  const began = performance.now()
  const ours = judged(reported, points)
  const spent = performance.now() - began
  const theirs = peer && judged(reported, peer.pointsOf)
  const are = reported.filter(({ is }) => is).length / reported.length
  return [
    [`${set.what}: ${reported.length} texts`, `${percent(are)} are`, peer?.name ?? 'none in this language'],
    ['  one that is stands before one that is not', percent(before(ours)), theirs ? percent(before(theirs)) : '50 %'],
    ['  told; of the told right', told(ours, 1), theirs ? told(theirs, 1) : ''],
    ...(set.by === 'distress' ? [['  marked in the queue; of these right', told(ours, marked), ''] satisfies Row] : []),
    ['  a text', microseconds(spent, reported.length), ''],
  ]
}

function distress(text: string): number {
  return distressAmong([text]).distress
}

function hostility(text: string): number {
  return signsIn(text).includes('hostile') ? 1 : 0
}

function judged(texts: readonly Labelled[], points: (text: string) => number): Judged[] {
  return texts.map(({ text, is }) => ({ is, points: points(text) }))
}

/** Of those that are the share that is told, and of the told the share that are. */
function told(all: readonly Judged[], least: number): string {
  const found = all.filter(({ points }) => points >= least)
  const right = found.filter(({ is }) => is).length
  return `${percent(right / all.filter(({ is }) => is).length)}; ${percent(right / found.length)}`
}

/** The chance that one which is has more points than one which is not; where they have the same it is even. */
function before(all: readonly Judged[]): number {
  const byPoints = Map.groupBy(all, ({ points }) => points)
  let [won, below] = [0, 0]
  for (const [, same] of [...byPoints].toSorted(([one], [other]) => one - other)) {
    const are = same.filter(({ is }) => is).length
    const others = same.length - are
    won += are * (below + others / 2)
    below += others
  }
  return won / (below * all.filter(({ is }) => is).length)
}
