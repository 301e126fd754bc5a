import type { Human } from './conversation.ts'

type Called = Pick<Human, 'name' | 'handle' | 'address' | 'identity'>

/** How people write to them there; null where nothing but an id is known that only programs read. */
export function shownAddress({ handle, address, identity }: Omit<Called, 'name'>): string | null {
  if (handle !== undefined) return handle
  const isOnlyId = address.startsWith('did:') || identity?.endsWith(`/${address}`) === true
  return isOnlyId ? null : address
}

/** What somebody is called; empty where nobody knows. */
export function nameOf(human: Called): string {
  return human.name.trim() || (shownAddress(human) ?? '')
}
