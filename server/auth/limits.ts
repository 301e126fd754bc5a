import { isIPv6 } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

export type Limits = {
  /** Tries per address and per name in the time; who succeeds gets their try back. */
  perAddress: number
  perName: number
  seconds: number
}

/** A whole office signs in through one address within minutes, so an address has far more tries than a name. */
const usualLimits: Limits = { perAddress: 100, perName: 10, seconds: 300 }

/** Counts tries to sign in. A try counts before it is judged, so that many at once are no way around. */
export class SignInLimits {
  readonly #address: RateLimiterMemory
  readonly #name: RateLimiterMemory

  constructor({ perAddress, perName, seconds }: Limits = usualLimits) {
    this.#address = new RateLimiterMemory({ points: perAddress, duration: seconds })
    this.#name = new RateLimiterMemory({ points: perName, duration: seconds })
  }

  /** null when the try may be made, else how many seconds to wait. `name` is null for a link. */
  async count(address: string, name: string | null): Promise<number | null> {
    const wait = await consume(this.#address, network(address))
    if (wait !== null || name === null) return wait
    return consume(this.#name, name)
  }

  async giveBack(address: string, name: string | null): Promise<void> {
    await this.#address.reward(network(address))
    if (name !== null) await this.#name.reward(name)
  }
}

/** null when one more is within the limit, else how many seconds to wait. */
export async function consume(limiter: RateLimiterMemory, key: string): Promise<number | null> {
  try {
    await limiter.consume(key)
    return null
  } catch (error) {
    if (error instanceof RateLimiterRes) return Math.max(1, Math.ceil(error.msBeforeNext / 1000))
    throw error
  }
}

/** Whoever has one IPv6 address has the 2^64 beside it: the first half counts. */
export function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? []
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0')
  return [...first, ...zeros, ...last]
    .slice(0, 4)
    .map(part => part.replace(/^0+(?=.)/, ''))
    .join(':')
}
