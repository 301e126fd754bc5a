import type { Entry } from '@muster/shared/entry.ts'
import type { Person } from '@muster/shared/identifier.ts'
import type { Tenure } from './tenure.svelte.ts'
import { say } from './words.ts'
import type { Workplace } from './workplace.svelte.ts'

type Needs = { tenure: Tenure; workplace: Workplace; other: () => Person | null }

/** What the other of a pair did, for whoever looks elsewhere. */
export function tellDeed(entry: Entry, { tenure, workplace, other }: Needs): void {
  if (!('conversation' in entry) || entry.conversation.id !== tenure.conversation?.id) return
  const { by } = entry
  if (by === null || by.id === workplace.me.id) return
  const own = entry.conversation.claim?.holder.id === workplace.me.id
  if (entry.type === 'pair/joined' && own) workplace.announcer.say(say('pair.joined', { name: by.name }))
  if (entry.type === 'pair/left' && own) workplace.announcer.say(say('pair.left', { name: by.name }))
  const sent = entry.type === 'reply/queued' || entry.type === 'reply/submitted'
  if (sent && by.id === other()?.id) workplace.announcer.say(say('pair.sentBy', { name: by.name }))
}
