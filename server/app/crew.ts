/** Works by itself until it is told to stop; resolves `close` when what it had begun is done. */
type Worker = { start?: () => void; close: () => Promise<void> }

/** The workers of a node. Those of one shift stop together, and the next shift, which they need until then, after them. */
export class Crew {
  readonly #shifts: readonly (readonly Worker[])[]

  constructor(...shifts: readonly (readonly Worker[])[]) {
    this.#shifts = shifts
  }

  start(): void {
    for (const worker of this.#shifts.flat()) worker.start?.()
  }

  async close(): Promise<void> {
    for (const shift of this.#shifts) await Promise.all(shift.map(worker => worker.close()))
  }
}
