const hiddenPause = 1_000

const betweenFrames = 100

/**
 * Does its work in the next painted frame, and ten times a second at most, however often it is asked: nobody reads faster,
 * and a list that is ordered anew sixty times a second leaves no time for typing. A hidden page paints no frames: there it
 * works once a second, and at once when it is looked at again.
 */
export class Frame {
  readonly #work: () => void
  #ranAt = Number.NEGATIVE_INFINITY
  #frame: number | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  readonly #seen = () => this.#wake()

  constructor(work: () => void) {
    this.#work = work
    document.addEventListener('visibilitychange', this.#seen)
  }

  ask(): void {
    if (this.#frame !== null || this.#timer !== null) return
    const pause = document.hidden ? hiddenPause : this.#ranAt + betweenFrames - performance.now()
    if (pause <= 0) this.#frame = requestAnimationFrame(() => this.#run())
    else this.#timer = setTimeout(() => this.#run(), pause)
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#seen)
    this.#clear()
  }

  #run(): void {
    this.#clear()
    this.#ranAt = performance.now()
    this.#work()
  }

  #wake(): void {
    if (this.#frame === null && this.#timer === null) return
    if (document.hidden) {
      this.#clear()
      this.ask()
    } else this.#run()
  }

  #clear(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame)
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#frame = null
    this.#timer = null
  }
}
