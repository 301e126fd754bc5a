import { expect, test } from 'vitest'
import { BlueskyNetwork, type Person } from '../support/bluesky-network.ts'
import recorded from '../support/bluesky-recorded.json' with { type: 'json' }
import { type Exchange, playScenario, type Ref, type Shape, type Stage } from '../support/bluesky-scenario.ts'

/** The real software's answers, as `node test/atproto/run.ts --record` kept them. */
const real = recorded as unknown as Exchange[]

test('[CH39] the loopback network answers as the real one does, sentence for sentence and field for field', async () => {
  const net = await new BlueskyNetwork().start()
  try {
    const played = await playScenario(stageOf(net))
    expect(played.map(outcome)).toEqual(real.map(outcome))
    const beyond = played.flatMap(({ step, shape }, place) => beyondIn(shape, real[place]?.shape ?? 'nothing', step))
    expect(beyond).toEqual([])
  } finally {
    await net.stop()
  }
})

function outcome({ step, status, error }: Exchange) {
  return { step, status, error }
}

/** Where a shape holds what the real one does not, or holds it as something else. */
function beyondIn(shape: Shape, real: Shape, path: string): string[] {
  if (typeof shape === 'string' || typeof real === 'string') return shape === real ? [] : [path]
  if (Array.isArray(shape) !== Array.isArray(real)) return [path]
  if (Array.isArray(shape) && Array.isArray(real) && shape.length !== real.length)
    return [`${path}: ${real.length} in all`]
  const others = new Map(Object.entries(real))
  return Object.entries(shape).flatMap(([key, each]) =>
    beyondIn(each, others.get(key) ?? 'nothing', `${path} / ${key}`),
  )
}

function stageOf(net: BlueskyNetwork): Stage {
  const kim = net.join('kim.example', { displayName: 'Kim' })
  const postAt = ({ uri }: Ref) => {
    const post = net.posts.get(uri)
    if (post === undefined) throw new Error(`There is no ${uri}`)
    return post
  }
  const mentionOf = ({ did, handle }: Person) => [
    {
      index: { byteStart: 0, byteEnd: handle.length + 1 },
      features: [{ $type: 'app.bsky.richtext.facet#mention', did }],
    },
  ]
  return {
    url: net.url,
    own: { ...net.own, password: net.password },
    kim,
    mention: async text => {
      const { uri, cid } = net.mention(kim, `@${net.own.handle} ${text}`, { facets: mentionOf(net.own) })
      return { uri, cid }
    },
    gate: async ref => void Object.assign(postAt(ref), { repliesOff: true }),
    remove: async ref => net.remove(postAt(ref)),
    block: async on => void (on ? kim.blocks.add(net.own.did) : kim.blocks.clear()),
    leave: async how => net.leave(kim, how),
  }
}
