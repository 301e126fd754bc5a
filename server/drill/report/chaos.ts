import type { Handing, Observations, Submission } from '../observation.ts'
import { type Fault, groupBy } from './fault.ts'
import { type LeavingTimeError, leavingTimeError, oftenWrong } from './leaving.ts'

/** How replies met networks as they are. */
export type ChaosReport = {
  /** How often a network took a reply and did not say so. */
  acceptedThenTimedOut: number
  /** Replies that failed or never left because of a limit. */
  lostToLimits: number
  /** Replies of which nobody knew for a while whether they had arrived: how many are settled, by whom, and how many are not. */
  settledUncertain: number
  settledByItself: number
  openUncertain: number
  leavingTimeError: LeavingTimeError
  /** How often a network was handed more than it takes. */
  overLimits: number
}

type Seen = Pick<Observations, 'log' | 'read' | 'submissions'>

export function chaosOf(seen: Seen, handed: readonly Handing[]): ChaosReport {
  const { settled, byItself, open } = uncertainIn(seen)
  return {
    acceptedThenTimedOut: handed.filter(({ shown, told }) => shown && told === 'nothing').length,
    lostToLimits: lostToLimits(seen, handed).length,
    settledUncertain: settled,
    settledByItself: byItself,
    openUncertain: open,
    leavingTimeError: leavingTimeError(seen, handed),
    overLimits: handed.filter(({ told }) => told === 'limited').length,
  }
}

const neverLeft = ['queued', 'sending']

/** Those that wait in the end, and those that went back to their writer right after their network had put them off. */
export function lostToLimits({ read, submissions }: Seen, handed: readonly Handing[]): Fault[] {
  const writers = new Map(submissions.map(({ replyId, person }: Submission) => [replyId, person]))
  const last = new Map(handed.map(({ replyId, told }) => [replyId, told]))
  return read
    .flatMap(({ replies }) => replies)
    .filter(({ id, state }) => neverLeft.includes(state) || (state === 'failed' && last.get(id) === 'limited'))
    .map(({ id, state }) => `reply ${id} of ${writers.get(id) ?? 'nobody'} is ${state} because of a limit`)
}

function uncertainIn({ log, read }: Seen): { settled: number; byItself: number; open: number } {
  const open = read.flatMap(({ replies }) => replies).filter(({ state }) => state === 'uncertain').length
  let [ended, byLead] = [0, 0]
  const lines = log.flatMap(({ byPerson, reply }) => (reply === null ? [] : [{ byPerson, reply }]))
  for (const of of groupBy(lines, ({ reply }) => reply.id).values()) {
    for (const [index, { reply, byPerson }] of of.entries()) {
      if (reply.state === 'uncertain' || of[index - 1]?.reply.state !== 'uncertain') continue
      ended++
      if (byPerson) byLead++
    }
  }
  return { settled: ended, byItself: ended - byLead, open }
}

/** What must be nought besides the promises, where networks are played as they are. */
export function brokenByChaos(
  { lostToLimits: lost, openUncertain, acceptedThenTimedOut, leavingTimeError: foretold }: ChaosReport,
  isFair: boolean,
): string[] {
  const untried = isFair
    ? foretold.count === 0 && 'no reply had its leaving time told'
    : acceptedThenTimedOut === 0 && 'no reply was taken without a word'
  return [
    ...(lost > 0 ? [`lostToLimits: ${lost}`] : []),
    ...(openUncertain > 0 ? [`openUncertain: ${openUncertain}`] : []),
    ...(isFair ? oftenWrong(foretold) : []),
    ...(untried ? [`${untried}: this run proves nothing`] : []),
  ]
}
