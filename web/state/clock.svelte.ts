/** The server's time as this screen knows it, told anew every second. */
export class Clock {
  readonly #wall: () => number
  readonly #timer: ReturnType<typeof setInterval>
  #ahead = 0
  #now: number

  constructor(wall: () => number = Date.now) {
    this.#wall = wall
    this.#now = $state(wall())
    this.#timer = setInterval(() => this.#tick(), 1_000)
  }

  /** ms since 1970. */
  get now(): number {
    return this.#now
  }

  /** The same time to the millisecond, without asking to be told when it passes. */
  read(): number {
    return this.#wall() + this.#ahead
  }

  /** Every heartbeat says what the server's clock shows. */
  learn(server: number): void {
    this.#ahead = server - this.#wall()
    this.#tick()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    this.#now = this.read()
  }
}
