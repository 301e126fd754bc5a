import type { ConversationDetail, Snapshot } from '@muster/shared/protocol.ts'
import http, { type RefinedResponse } from 'k6/http'
import type { Stage } from './stage.ts'

const atOnce = 20

/** What a screen that is opened now would show. */
export function readSnapshot(stage: Stage): Snapshot {
  return bodyOf<Snapshot>(http.get(roomOf(stage, 'snapshot'), asked(stage)))
}

/** Every conversation with all its messages and replies. */
export function readConversations(stage: Stage, ids: readonly string[]): ConversationDetail[] {
  const read: ConversationDetail[] = []
  for (let from = 0; from < ids.length; from += atOnce) {
    const some = ids.slice(from, from + atOnce)
    const calls = some.map(id => ({ method: 'GET', url: roomOf(stage, `conversations/${id}`), params: asked(stage) }))
    for (const answer of Object.values(http.batch(calls))) read.push(bodyOf<ConversationDetail>(answer))
  }
  return read
}

/** The JSON of an answer; a script that cannot read must fail, or it would promise what it did not see. */
export function bodyOf<T>(answer: RefinedResponse<'text'>): T {
  if (answer.status !== 200) throw new Error(`${answer.url} was answered ${answer.status}: ${answer.body}`)
  return JSON.parse(answer.body) as T
}

function roomOf({ url, incidentId }: Stage, what: string): string {
  return `${url}/api/incidents/${incidentId}/${what}`
}

function asked({ reader }: Stage) {
  return { headers: { authorization: `Bearer ${reader}` }, tags: { name: 'reading' }, responseType: 'text' as const }
}
