import type { Handing, Observations } from '@muster/server/drill/observation.ts'
import { reportOf } from '@muster/server/drill/report/report.ts'
import { expect, test } from 'vitest'
import { goodRun, mark, submission } from './run-builders.ts'

function handing(given: Partial<Handing> = {}): Handing {
  return { channelId: 'social', replyId: 'r-1', at: 5_000, shown: true, told: 'taken', ...given }
}

/** Taken without a word once, as in any run that proves something, and then found. */
const silent = handing({ told: 'nothing' })

function chaosOf(handed: readonly Handing[], given: Partial<Observations> = {}) {
  return reportOf(goodRun({ handed, ...given }))
}

function ended(...states: [id: string, state: string][]): Partial<Observations> {
  const [read] = goodRun().read
  if (read === undefined) throw new Error('the good run holds a conversation')
  return { read: [{ ...read, replies: states.map(([id, state]) => ({ id, state })) }] }
}

test('[OP12] a run over real networks that lost nothing is reported so, and one without them says nothing of it', () => {
  const report = chaosOf([silent, handing({ shown: false })])
  expect(report.broken).toEqual([])
  expect(report).toMatchObject({ acceptedThenTimedOut: 1, lostToLimits: 0, settledUncertain: 0, openUncertain: 0 })
  expect(reportOf(goodRun())).not.toHaveProperty('lostToLimits')
})

test('[OP12] a network that took a reply and did not say so is counted each time it showed one', () => {
  const again = handing({ told: 'nothing', shown: false })
  expect(chaosOf([silent, again, handing({ replyId: 'r-2', told: 'nothing' })]).acceptedThenTimedOut).toBe(2)
  expect(chaosOf([handing()]).broken).toContain('no reply was taken without a word: this run proves nothing')
  const fair = 'no reply had its leaving time told: this run proves nothing'
  expect(chaosOf([handing()], { isFair: true }).broken).toEqual([fair])
})

test.each([
  ['waits in the end', 'queued', []],
  ['is being sent in the end', 'sending', []],
  ['failed right after its network had put it off', 'failed', [handing({ shown: false, told: 'limited' })]],
] as const)('[OP12] a reply that %s is lost to a limit', (_, state, handed) => {
  const report = chaosOf([silent, ...handed], ended(['r-1', state]))
  expect(report.lostToLimits).toBe(1)
  expect(report.broken).toContain('lostToLimits: 1')
})

test('[OP12] a reply that its network refused for what it says is not lost to a limit', () => {
  const handed = [handing({ shown: false, told: 'limited' }), handing({ shown: false, told: 'refused' })]
  expect(chaosOf([silent, ...handed], ended(['r-1', 'failed'])).lostToLimits).toBe(0)
})

const line = (seq: number, type: Parameters<typeof mark>[1], state: 'uncertain' | 'sent' | 'queued', id = 'r-1') =>
  mark(seq, type, { replyId: id, of: { state }, byPerson: type === 'reply/settled' && id === 'r-2' })

test('[OP13] uncertain replies are told by who settled them, and one that is open breaks the run', () => {
  const log = [
    ...goodRun().log,
    line(6, 'reply/uncertain', 'uncertain'),
    line(7, 'reply/settled', 'sent'),
    line(8, 'reply/uncertain', 'uncertain', 'r-2'),
    line(9, 'reply/settled', 'queued', 'r-2'),
    line(10, 'reply/uncertain', 'uncertain', 'r-3'),
  ]
  const report = chaosOf([silent], { log, ...ended(['r-1', 'sent'], ['r-2', 'sent'], ['r-3', 'uncertain']) })
  expect(report).toMatchObject({ settledUncertain: 2, settledByItself: 1, openUncertain: 1 })
  expect(report.broken).toContain('openUncertain: 1')
})

type Said = [id: string, waitMs: number, offMs: number]

function forecasts(...said: Said[]): Partial<Observations> & { handed: Handing[] } {
  const told = said.map(([replyId, waitMs]) => ({ replyId, forecast: { leavesAt: 10_000 + waitMs, toldAt: 10_000 } }))
  return {
    submissions: [submission(), ...told.map(given => submission(given))],
    handed: [
      silent,
      ...said.flatMap(([replyId, waitMs, offMs]) => {
        const at = 10_000 + waitMs + offMs
        return [handing({ replyId, at }), handing({ replyId, at: at + 60_000 })]
      }),
    ],
  }
}

test('[OP14] predictions are held against when the network first saw the reply', () => {
  const report = reportOf(
    goodRun(forecasts(['a', 10_000, 1_900], ['b', 20_000, -10_000], ['c', 100, 900], ['d', 100, 1_500])),
  )
  expect(report.leavingTimeError).toEqual({
    count: 4,
    within: 0.5,
    waits: 2,
    waitsWithin: 0.5,
    p50: 0.19,
    p90: 0.5,
    shortP90Ms: 1_500,
    longestWaitMs: 20_000,
    rush: { count: 0, within: 0 },
    wrong: [
      { replyId: 'b', channelId: 'social', at: 10_000, toldMs: 20_000, tookMs: 10_000 },
      { replyId: 'd', channelId: 'social', at: 10_000, toldMs: 100, tookMs: 1_600 },
    ],
  })
})

test('[OP14] on networks that only keep their limits a run breaks where too many are told wrongly', () => {
  const many = (count: number, waitMs: number, offMs: number) =>
    Array.from({ length: count }, (_, at): Said => [`${waitMs}-${offMs}-${at}`, waitMs, offMs])
  const broken = (isFair: boolean, ...said: Said[]) => {
    const report = reportOf(goodRun({ ...forecasts(...said), isFair }))
    return report.broken.filter(each => each.startsWith('leavingTimeError'))
  }
  expect(broken(true, ...many(18, 100, 0), ...many(2, 100, 1_500))).toEqual([])
  const short = [...many(17, 100, 0), ...many(3, 100, 1_500)]
  expect(broken(true, ...short)).toEqual(['leavingTimeError: 85 % of 20 leaving times were right'])
  expect(broken(true, ...short.slice(1))).toEqual([])
  expect(broken(false, ...short)).toEqual([])
  const long = [...many(80, 100, 0), ...many(17, 10_000, 0), ...many(3, 10_000, 2_500)]
  expect(broken(true, ...long)).toEqual(['leavingTimeError: 85 % of 20 waits of 5 s and more were'])
})

test('[OP14] what is told right after new guidance, which sends back all that waits, is counted apart', () => {
  const given = forecasts(['a', 10_000, 9_000], ['b', 10_000, 0])
  const guidance = { epoch: 2, mustNotSay: [] }
  const log = [...goodRun().log, mark(6, 'facts/published', { at: 9_000, conversation: null, guidance })]
  const submissions = (given.submissions ?? []).map(each =>
    each.replyId === 'b' ? { ...each, forecast: { leavesAt: 20_000, toldAt: 19_500 } } : each,
  )
  const { leavingTimeError } = reportOf(goodRun({ ...given, log, submissions }))
  expect(leavingTimeError).toMatchObject({ count: 1, within: 1, rush: { count: 1, within: 0 } })
})

test('[OP14] what a reviewer lets go, or no network ever saw, was never predicted', () => {
  const given = forecasts(['a', 10_000, 0], ['b', 10_000, 9_000])
  const log = [...goodRun().log, mark(6, 'reply/submitted', { replyId: 'b' })]
  const unseen = submission({ replyId: 'c', forecast: { leavesAt: 20_000, toldAt: 10_000 } })
  const submissions = [...(given.submissions ?? []), unseen]
  expect(reportOf(goodRun({ ...given, log, submissions })).leavingTimeError).toMatchObject({ count: 1, within: 1 })
})
