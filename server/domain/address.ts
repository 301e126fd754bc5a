import type { Human } from '@muster/shared/conversation.ts'
import { fingerprint } from './fingerprint.ts'

export type Address = Pick<Human, 'channelId' | 'address'>

/** One address on one channel, whatever its case. */
export function addressId({ channelId, address }: Address): string {
  return fingerprint(channelId, address.toLowerCase())
}

/** Whatever it calls itself today. */
export function isSame(one: Address, other: Address): boolean {
  return one.channelId === other.channelId && one.address.toLowerCase() === other.address.toLowerCase()
}
