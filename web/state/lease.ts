/** Work renews a lease no oftener, in ms. */
export const betweenRenewals = 20_000
const lastWarning = 60_000
/** Of a short lease: the last third. */
const lastPart = 3

/** Whether a lease ends soon. */
export function isLate(until: number, leaseMs: number, now: number): boolean {
  return until - now <= Math.min(lastWarning, leaseMs / lastPart)
}
