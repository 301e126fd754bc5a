import { may } from '@muster/shared/permission.ts'
import { about, at, type Road, submit } from './roads-asked.ts'
import { others } from './roads-others.ts'
import { reviewing } from './roads-reviewing.ts'
import { type Place, type Tryer, tryers } from './roads-scene.ts'
import { sending } from './roads-sending.ts'
import { refusedWith } from './setback.ts'

/** What Muster tells itself, as somebody may guess it. */
const own: Road[] = [
  { type: 'delivery/take', worker: 'me', leaseMs: 1_000 },
  { type: 'delivery/take-over', worker: 'me', leaseMs: 1_000 },
  { type: 'delivery/sent', worker: 'one', externalId: 'x' },
  { type: 'delivery/again', worker: 'one', setback: refusedWith(''), afterMs: 0, mayHaveArrived: false },
  { type: 'delivery/failed', worker: 'one', setback: refusedWith('') },
  { type: 'delivery/uncertain', worker: 'one', setback: refusedWith('') },
  { type: 'delivery/hold' },
  { type: 'review/lapse', fence: 1 },
  { type: 'claim/lapse', conversationId: 'none', fence: 1 },
  { type: 'attention/unseen', conversationId: 'none', messages: 1 },
  { type: 'message/arrive', channelId: 'mail', arrival: {}, arrivedAt: null },
  { type: 'incident/mirror', incident: {} },
  { type: 'person/trained', personId: 'me', level: 'trusted' },
  { type: 'token/issue', hash: 'x', name: 'me', role: 'commander' },
  { type: 'installation/found', link: 'x' },
  { type: 'secrets/reseal', key: 'secrets/mail', from: {}, to: {} },
  { type: 'secrets/forget', records: ['secrets/mail'] },
  { type: 'status/take', pageId: 'page', worker: 'me', leaseMs: 1_000 },
  { type: 'status/published', pageId: 'page', updateId: 'u1', worker: 'one', externalId: 'x' },
].map(command => ({
  name: `speaks as Muster itself: ${command.type}`,
  rules: '[AC1]',
  ask: place => about(place, command.type, { replyId: place.mine.approved.replyId, ...command }),
  code: () => 'invalid',
}))

const roads = [...sending, ...reviewing, ...others, ...own]

/** Every road that is not somebody's right, with what they are answered. */
export const cells = (Object.keys(tryers) as Tryer[]).flatMap(tryer =>
  roads.flatMap(({ code, ...road }) => {
    const expected = code(tryer)
    return expected === null ? [] : [{ tryer, expected, ...road }]
  }),
)

/** Whoever may review and has. */
export const replays = (Object.keys(tryers) as Tryer[])
  .filter(tryer => may(tryers[tryer].role, 'review/approve'))
  .map(tryer => ({ tryer }))

type Send<Answer> = (place: Place, ask: (command: object) => Promise<Answer>) => Promise<Answer>
export type Wait = { tryer: Tryer; name: string; send: <Answer>(...given: Parameters<Send<Answer>>) => Promise<Answer> }

/** What those who are reviewed may do, and what comes of it whatever they say of themselves. */
export const waits: Wait[] = (['gated', 'guest', 'demoted reviewer'] as const).flatMap((tryer): Wait[] => [
  {
    tryer,
    name: 'as if they were trusted',
    send: (place, ask) =>
      ask(
        submit(place, {
          ...at(place.mine.mine),
          level: 'trusted',
          review: 'none',
          state: 'queued',
          approval: { by: place.who, at: 1, seal: 'mine' },
          askReview: false,
        }),
      ),
  },
  {
    tryer,
    name: 'once more what they took back',
    send: async (place, ask) => {
      await ask(about(place, 'reply/recall', { replyId: place.mine.onWay.replyId }))
      return ask(submit(place, at(place.mine.onWay)))
    },
  },
])
