import type { Called } from './channel.ts'

/** What a channel answers that no other server calls. */
export const notCalled: Called = { received: [], status: 404, body: { sentence: 'This channel is not called.' } }
