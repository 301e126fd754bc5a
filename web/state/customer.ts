import type { Human } from '@muster/shared/conversation.ts'
import { nameOf } from '@muster/shared/customer.ts'
import { plainName } from './plain.ts'
import { say } from './words.ts'

/** What a customer is called on every screen, also where their network shows nothing but an id. */
export function customerName(human: Pick<Human, 'name' | 'handle' | 'address' | 'identity'>): {
  name: string
  cleaned: boolean
} {
  return plainName(nameOf(human) || say('conversation.nameless'))
}
