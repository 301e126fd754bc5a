import type { Component } from 'svelte'

/** A screen whose code comes apart from the rest: when it is first shown, or before that in a quiet moment. */
export class Deferred<
  Given extends Record<string, unknown>,
  Does extends Record<string, unknown> = Record<never, never>,
> {
  readonly #load: () => Promise<{ default: Component<Given, Does> }>
  #screen = $state.raw<Component<Given, Does> | null>(null)
  #failed = $state(false)
  #loading = false

  constructor(load: () => Promise<{ default: Component<Given, Does> }>) {
    this.#load = load
  }

  get screen(): Component<Given, Does> | null {
    return this.#screen
  }

  /** Whether it could not be had. */
  get failed(): boolean {
    return this.#failed
  }

  async fetch(): Promise<void> {
    if (this.#loading || this.#screen !== null) return
    this.#loading = true
    this.#failed = false
    try {
      this.#screen = (await this.#load()).default
    } catch {
      this.#failed = true
    }
    this.#loading = false
  }
}
