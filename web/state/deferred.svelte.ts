import type { Component } from 'svelte'

/** A screen whose code comes apart from the rest: when it is first shown, or before that in a quiet moment. */
export class Deferred<Given extends Record<string, unknown>> {
  readonly #load: () => Promise<{ default: Component<Given> }>
  #screen = $state.raw<Component<Given> | null>(null)
  #failed = $state(false)
  #loading = false

  constructor(load: () => Promise<{ default: Component<Given> }>) {
    this.#load = load
  }

  get screen(): Component<Given> | null {
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
