import type { DrillReport } from './drill.ts'
import { promiseNames } from './report/report.ts'

/** The report for a person who reads it in a terminal. */
export function tableOf(report: DrillReport): string {
  const { level, minutes, seed, store, people, visibleMs, claimMs, firstReplyMs } = report
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
    ['server', `${report.serverCpuSeconds} s CPU, ${report.serverPeakRssMb} MB at most`],
    ['killed and started again', report.kills],
    ['connections, snapshots', `${report.connections}, ${report.resets}`],
    ['the drill itself was late', `p99 ${report.drillLagMs.p99} ms; load ${report.loadAverage.join(', ')}`],
    ['faults in its log', report.serverFaults.count],
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
    `Drill: ${level}, ${minutes} min, ${people} people, ${store}, seed ${seed}`,
    ...lines,
    ...faults,
    verdict,
  ].join('\n')
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}
