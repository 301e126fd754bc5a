import { Crew } from '@muster/server/app/crew.ts'
import { expect, test } from 'vitest'

/** Stops when it is let go. */
class Worker {
  readonly #name: string
  readonly #told: string[]
  letGo = () => {}

  constructor(name: string, told: string[]) {
    this.#name = name
    this.#told = told
  }

  start(): void {
    this.#told.push(`${this.#name} begins`)
  }

  async close(): Promise<void> {
    this.#told.push(`${this.#name} is to stop`)
    await new Promise<void>(resolve => {
      this.letGo = resolve
    })
    this.#told.push(`${this.#name} has stopped`)
  }
}

test('[OP3] all begin together; a shift stops once everybody of the one before has', async () => {
  const told: string[] = []
  const [delivery, timers, meter] = ['delivery', 'timers', 'meter'].map(name => new Worker(name, told)) as [
    Worker,
    Worker,
    Worker,
  ]
  const crew = new Crew([delivery, timers, { close: async () => void told.push('alerts have stopped') }], [meter])
  crew.start()
  const closed = crew.close()
  delivery.letGo()
  await expect.poll(() => told.at(-1)).toBe('delivery has stopped')
  expect(told).not.toContain('meter is to stop')
  timers.letGo()
  await expect.poll(() => told.at(-1)).toBe('meter is to stop')
  meter.letGo()
  await closed
  expect(told).toEqual([
    'delivery begins',
    'timers begins',
    'meter begins',
    'delivery is to stop',
    'timers is to stop',
    'alerts have stopped',
    'delivery has stopped',
    'timers has stopped',
    'meter is to stop',
    'meter has stopped',
  ])
})
