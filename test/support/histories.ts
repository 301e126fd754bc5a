/**
 * How many generated histories a proof runs: a few every time, the number MUSTER_HISTORIES gives for the full proof.
 * MUSTER_SEED replays a failure.
 */
export function histories(usual: number): { numRuns: number; seed?: number } {
  const { MUSTER_HISTORIES, MUSTER_SEED } = process.env
  return {
    numRuns: MUSTER_HISTORIES === undefined ? usual : Number(MUSTER_HISTORIES),
    ...(MUSTER_SEED !== undefined && { seed: Number(MUSTER_SEED) }),
  }
}
