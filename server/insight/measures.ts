import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Outcome } from '@muster/shared/refusal.ts'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What this process counts of itself, for Prometheus. Names and labels are few and fixed: none comes from outside. */
export class Measures {
  readonly registry = new Registry()
  readonly #delay = monitorEventLoopDelay({ resolution: 20 })
  readonly #requests = this.#counter('muster_http_requests_total', 'HTTP requests', ['route', 'status'])
  readonly #commands = this.#counter('muster_commands_total', 'Commands by what came of them', ['type', 'outcome'])
  readonly #entries = this.#counter('muster_entries_told_total', 'Log entries sent to sockets', [])
  readonly #seconds = new Histogram({
    name: 'muster_command_seconds',
    help: 'How long a command took to be answered',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  })

  constructor() {
    this.#delay.enable()
    const delay = this.#delay
    this.gauge('muster_event_loop_delay_p99_seconds', 'How late the event loop was since it was last asked', () => {
      const seconds = delay.count === 0 ? 0 : delay.percentile(99) / 1e9
      delay.reset()
      return seconds
    })
    this.gauge('muster_resident_memory_bytes', 'Memory of the process', () => process.memoryUsage.rss())
  }

  /** A value that is asked for whenever somebody reads the measures, e.g. how many sockets are connected. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read())
      },
    })
  }

  request(route: string, status: number): void {
    this.#requests.inc({ route, status: String(status) })
  }

  command(type: string, outcome: Outcome, seconds: number): void {
    const what = outcome.type === 'refused' ? outcome.refusal.code : outcome.type
    this.#commands.inc({ type, outcome: what })
    this.#seconds.observe(seconds)
  }

  entriesTold(count: number): void {
    this.#entries.inc(count)
  }

  close(): void {
    this.#delay.disable()
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] })
  }
}

/** The same asking, counted. */
export function measured<Actor, Command extends { type: string }>(
  ask: (actor: Actor, command: Command) => Promise<Outcome>,
  measures: Measures,
): (actor: Actor, command: Command) => Promise<Outcome> {
  return async (actor, command) => {
    const from = performance.now()
    const outcome = await ask(actor, command)
    measures.command(command.type, outcome, (performance.now() - from) / 1000)
    return outcome
  }
}
