import type { FromChild, ToChild } from './child-messages.ts'
import { Customers } from './customers.ts'
import { levels } from './level.ts'
import { Network } from './network.ts'
import { Random } from './random.ts'
import { Surge } from './surge.ts'

/** The customers and networks of a drill, in a process of their own: it ends with the server that started it. */
type Play = { network: Network; customers: Customers }

const now = () => performance.timeOrigin + performance.now()
let play: Play | null = null

process.on('disconnect', () => process.exit(0))
process.on('message', message => void hear(message as ToChild))

async function hear(message: ToChild): Promise<void> {
  switch (message.type) {
    case 'prepare':
      play = await prepare(message)
      return
    case 'begin':
      await play?.customers.run()
      return tell({ type: 'over' })
    case 'calm':
      if (play === null) return
      play.network.weather = 'fair'
      return play.customers.finish(10_000)
  }
}

async function prepare({ url, accounts, level, ms, seed }: Extract<ToChild, { type: 'prepare' }>): Promise<Play> {
  const random = new Random(seed)
  const network = new Network({ accounts: Object.values(accounts), random: random.fork('weather'), now })
  const surge = new Surge(levels[level], ms, seed)
  const customers = new Customers({ url, surge, accounts, random: random.fork('customers'), now })
  network.onShown = shown => customers.answered(shown)
  tell({ type: 'listening', port: await network.listen() })
  return { network, customers }
}

function tell(message: FromChild): void {
  process.send?.(message)
}
