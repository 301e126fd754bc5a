import type { Handing, Observations } from '../observation.ts'

/** How far off it was when replies would leave, as their writers were told; of those a network saw. */
export type LeavingTimeError = {
  /** How many were told, and which share of them was right: within a fifth of the wait, or within a second of a short one. */
  count: number
  within: number
  /** Of waits of 5 s and more: how many were told, which share was right, and the error as a share of the wait. */
  waits: number
  waitsWithin: number
  p50: number
  p90: number
  /** Of shorter ones: the error in ms. */
  shortP90Ms: number
  longestWaitMs: number
  /** Told right after new guidance, when all that waited is handed in again within seconds: not among the others. */
  rush: { count: number; within: number }
  /** Those told wrongly outside of that, the worst first. */
  wrong: ToldWrongly[]
}

/** `toldMs`: the wait its writer was told; `tookMs`: the wait it was. `at`: when it was told, ms since 1970. */
export type ToldWrongly = { replyId: string; channelId: string; at: number; toldMs: number; tookMs: number }

const shortMs = 5_000
const shortErrorMs = 1_000
const rightWithin = 0.2

/** For so long after new guidance, in ms, nobody can tell who will hand in again before whom. */
const rushMs = 10_000

/** Of so many and more a share says something. */
const enough = 20
const leastRight = 0.9

/** What was not right often enough, on networks that only keep their limits. */
export function oftenWrong({ count, within, waits, waitsWithin }: LeavingTimeError): string[] {
  const said = (share: number, of: number) => `leavingTimeError: ${Math.round(share * 1_000) / 10} % of ${of}`
  return [
    ...(count >= enough && within < leastRight ? [`${said(within, count)} leaving times were right`] : []),
    ...(waits >= enough && waitsWithin < leastRight ? [`${said(waitsWithin, waits)} waits of 5 s and more were`] : []),
  ]
}

type Told = ToldWrongly & { wait: number; error: number }

/** A reply leaves when its network first has it before it, whatever the network makes of it then. */
export function leavingTimeError(
  { submissions, log }: Pick<Observations, 'submissions' | 'log'>,
  handed: readonly Handing[],
): LeavingTimeError {
  const first = new Map(handed.toReversed().map(each => [each.replyId, each]))
  // When a reviewer says yes nobody can tell.
  const reviewed = new Set(log.flatMap(({ type, reply }) => (type === 'reply/submitted' ? (reply?.id ?? []) : [])))
  const told = submissions.flatMap(({ replyId, forecast }): Told[] => {
    const left = first.get(replyId)
    if (forecast === undefined || left === undefined || reviewed.has(replyId)) return []
    const { leavesAt, toldAt: at } = forecast
    const wait = Math.max(0, leavesAt - at)
    const error = Math.abs(left.at - at - wait)
    return [{ replyId, channelId: left.channelId, at, toldMs: Math.round(wait), tookMs: left.at - at, wait, error }]
  })
  const epochs = log.filter(({ guidance }) => guidance !== null).map(({ at }) => at)
  const inRush = ({ at }: Told) => epochs.some(epoch => at >= epoch && at < epoch + rushMs)
  const rush = told.filter(inRush)
  const calm = told.filter(each => !inRush(each))
  return { ...errorsIn(calm), rush: { count: rush.length, within: rightShare(rush) }, wrong: wrongIn(calm) }
}

function rightShare(told: readonly Told[]): number {
  return told.length === 0 ? 0 : thousandths(told.filter(isRight).length / told.length)
}

function isRight({ wait, error }: Told): boolean {
  return error <= (wait < shortMs ? shortErrorMs : rightWithin * wait)
}

function wrongIn(told: readonly Told[]): ToldWrongly[] {
  const wrong = told.filter(each => !isRight(each)).toSorted((one, other) => other.error - one.error)
  return wrong.map(({ wait: _, error: __, ...told }) => told)
}

function errorsIn(told: readonly Told[]): Omit<LeavingTimeError, 'rush' | 'wrong'> {
  const long = told.filter(({ wait }) => wait >= shortMs)
  const short = told.filter(({ wait }) => wait < shortMs)
  const shares = long.map(({ wait, error }) => error / wait)
  return {
    count: told.length,
    within: rightShare(told),
    waits: long.length,
    waitsWithin: rightShare(long),
    p50: thousandths(ranked(shares, 0.5)),
    p90: thousandths(ranked(shares, 0.9)),
    shortP90Ms: Math.round(
      ranked(
        short.map(({ error }) => error),
        0.9,
      ),
    ),
    longestWaitMs: Math.round(Math.max(0, ...told.map(({ wait }) => wait))),
  }
}

/** By nearest rank; nought where nothing was measured. */
function ranked(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
