import { readFileSync } from 'node:fs'

/** What a process has used so far: seconds of CPU, and its highest resident memory in MB. */
export type Usage = { cpuSeconds: number; peakRssMb: number }

/** Kernel ticks a second in /proc, the same on every Linux that Node runs on. */
const ticksPerSecond = 100

/** Null where the process is gone, or the system keeps no /proc. */
export function usageOf(pid: number): Usage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command's name, in brackets, may hold anything; what follows it is numbers.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const peak = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      peakRssMb: Number(peak ?? 0) / 1024,
    }
  } catch {
    return null
  }
}
