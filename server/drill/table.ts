import type { DrillReport } from './drill.ts'
import { promiseNames } from './report/report.ts'

/** The report for a person who reads it in a terminal. */
export function tableOf(report: DrillReport): string {
  const { level, minutes, seed, store, people, newcomers, reviewers, visibleMs, claimMs, firstReplyMs } = report
  const millis = ({ p50, p95, p99 }: { p50: number; p95: number; p99: number }) =>
    `p50 ${p50} · p95 ${p95} · p99 ${p99} ms`
  const rows: [string, string | number][] = [
    ['messages acknowledged', report.arrived],
    ['messages stored', report.stored],
    ['claims', report.claims],
    ['replies customers saw', report.replies],
    ['replies still uncertain', report.uncertain],
    ['message visible', millis(visibleMs)],
    ['claim answered', millis(claimMs)],
    ['first reply', millis(firstReplyMs)],
    ['epochs, and what they held', `${report.epochs}; ${countsOf(report.heldByEpoch)}`],
    ['near copies customers saw', `${(report.nearIdenticalShare * 100).toFixed(2)} %`],
    ['reply waited for its reviewer', millis(report.reviewWaitMs)],
    ["newcomers' replies reviewed", percent(report.reviewedShare.total)],
    ['told to wait for reviewers', toldToWait(report)],
    ['server', `${report.serverCpuSeconds} s CPU, ${report.serverPeakRssMb} MB at most`],
    ['killed and started again', report.kills],
    ['connections, snapshots', `${report.connections}, ${report.resets}`],
    ['the drill itself was late', `p99 ${report.drillLagMs.p99} ms; load ${report.loadAverage.join(', ')}`],
    ['faults in its log', report.serverFaults.count],
    ...chaosOf(report),
    ['refusals', countsOf(report.refusals)],
    ['tried and to be refused', countsOf(report.temptations)],
    ...promiseNames.map((name): [string, number] => [name, report[name]]),
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
  const faults = Object.values(report.faults)
    .flat()
    .map(fault => `  ! ${fault}`)
  const verdict = report.broken.length === 0 ? 'Every promise was kept.' : `Broken: ${report.broken.join('; ')}`
  return [
    `Drill: ${level}, ${minutes} min, ${people} people (${newcomers} newcomers) and ${reviewers} reviewers, ${store}, seed ${seed}`,
    ...lines,
    ...trainingOf(report),
    ...faults,
    verdict,
  ].join('\n')
}

/** What the real networks' faults and limits did to replies. */
function chaosOf({
  acceptedThenTimedOut,
  leavingTimeError: error,
  ...report
}: DrillReport): [string, string | number][] {
  if (acceptedThenTimedOut === undefined || error === undefined) return []
  return [
    ['taken by a network without a word', acceptedThenTimedOut],
    ['handed in beyond a limit', report.overLimits ?? 0],
    ['failed or waiting for a limit', report.lostToLimits ?? 0],
    ['uncertain for a while', `${report.settledUncertain} settled, ${report.settledByItself} of them by itself`],
    ['still uncertain', report.openUncertain ?? 0],
    [
      'predicted to leave',
      `${percent(error.within)} of ${error.count} right; waits up to ${seconds(error.longestWaitMs)}; in a rush ${percent(error.rush.within)} of ${error.rush.count}`,
    ],
    [
      'off by',
      `p50 ${percent(error.p50)} · p90 ${percent(error.p90)} of ${error.waits} waits, ${percent(error.waitsWithin)} right; else p90 ${error.shortP90Ms} ms`,
    ],
  ]
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`
}

/** How the training wheels met what came: a line for each while. */
function trainingOf({ levels, reviewedShare, reviewWaitMs, toldToWait: told, newcomers }: DrillReport): string[] {
  if (newcomers === 0) return []
  const at = <T extends { second: number }>(over: readonly T[], second: number) =>
    over.find(each => each.second === second)
  const lines = levels.map(({ second, gated, 'spot-checked': spotChecked, trusted }) => {
    const [waited, left] = [at(reviewWaitMs.over, second), at(reviewedShare.over, second)]
    const columns = [
      `${second} s`,
      `${gated} · ${spotChecked} · ${trusted}`,
      left === undefined ? '-' : `${percent(left.share)} of ${left.replies}`,
      waited === undefined ? '-' : `${(waited.p95 / 1000).toFixed(1)} s`,
      String(at(told.over, second)?.times ?? 0),
    ]
    return columns.map((text, column) => text.padStart(widths[column] ?? 0)).join('')
  })
  return ['   from   gated · spot-checked · trusted    reviewed    p95 wait   told to wait', ...lines]
}

const widths = [7, 28, 16, 12, 15]

function toldToWait({ toldToWait: { times, people, longestMs } }: DrillReport): string {
  return times === 0 ? '0' : `${times} times, ${people} people, for ${Math.round(longestMs / 1000)} s at most`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}
