import { Here } from '@muster/server/realtime/here.ts'
import { Nodes, type RoomChange } from '@muster/server/realtime/nodes.ts'
import type { Presence } from '@muster/shared/protocol.ts'
import { describe, expect, test } from 'vitest'

function presence(id: string, viewing: string | null = null, typing = false): Presence {
  return { id, name: id, viewing, typing }
}

describe('who is in a room', () => {
  test('[RT7] a person with two screens is one person, shown by what says most, and gone with the last', () => {
    const here = new Here()
    here.put('screen-1', presence('ada'))
    here.put('screen-2', presence('ada', 'c1', true))
    expect(here.change()).toEqual({ here: [presence('ada', 'c1', true)], gone: [] })
    here.put('screen-1', presence('ada', 'c2'))
    expect(here.change()).toBe(null)
    here.remove('screen-2', 'ada')
    expect(here.change()).toEqual({ here: [presence('ada', 'c2')], gone: [] })
    here.remove('screen-1', 'ada')
    expect(here.change()).toEqual({ here: [], gone: ['ada'] })
    expect(here.empty).toBe(true)
  })

  test('[RT7] what comes and goes between two tellings is not told', () => {
    const here = new Here()
    here.put('screen-1', presence('ada'))
    here.remove('screen-1', 'ada')
    expect(here.change()).toBe(null)
    here.put('screen-1', presence('bert', 'c1'))
    here.change()
    here.put('screen-1', presence('bert', 'c2'))
    here.put('screen-1', presence('bert', 'c1'))
    expect(here.change()).toBe(null)
    expect(here.listed).toBe(JSON.stringify([presence('bert', 'c1')]))
  })
})

describe('nodes that tell each other', () => {
  /** Two nodes, and a wire between them that can be cut. */
  function pair() {
    let now = 0
    let cut = false
    const rooms = { one: new Map<string, string[]>(), two: new Map<string, string[]>() }
    const has = { one: [] as RoomChange[], two: [] as RoomChange[] }
    const nodes: Record<string, Nodes> = {}
    const asked: string[] = []
    const make = (name: 'one' | 'two', other: 'one' | 'two') =>
      new Nodes({
        node: name,
        clock: () => now,
        silenceMs: 1_500,
        say: message => void (cut || nodes[other]?.hear(structuredClone(message))),
        ask: wanted => {
          asked.push(wanted)
          if (!cut) nodes[other]?.wanted(wanted)
        },
        everybody: () => has[name],
        told: (from, changes, whole) => {
          if (whole) rooms[name].set(from, [])
          const people = rooms[name].get(from) ?? []
          const gone = changes.flatMap(change => change.gone)
          const here = changes.flatMap(change => change.here.map(({ id }) => id))
          rooms[name].set(from, [...new Set([...people.filter(id => !gone.includes(id)), ...here])])
        },
        gone: from => void rooms[name].delete(from),
      })
    nodes.one = make('one', 'two')
    nodes.two = make('two', 'one')
    const [one, two] = [nodes.one, nodes.two]
    const cutting = (is: boolean) => {
      cut = is
    }
    const pass = (ms: number) => {
      now += ms
      for (const node of [one, two]) {
        node.bury()
        node.say([])
      }
    }
    return { one, two, rooms, has, asked, pass, cutting }
  }
  const change = (here: string[], gone: string[] = []): RoomChange => ({
    incidentId: 'i',
    here: here.map(id => presence(id)),
    gone,
  })

  test('[RT7] the first message holds everybody, the next what changed', () => {
    const { one, rooms, has, pass } = pair()
    has.one = [change(['ada'])]
    one.say([])
    expect(rooms.two.get('one')).toEqual(['ada'])
    one.say([change(['bert'], ['ada'])])
    expect(rooms.two.get('one')).toEqual(['bert'])
    pass(500)
    expect(rooms.two.get('one')).toEqual(['bert'])
  })

  test('[RT7] a message that was lost is noticed by the next, and everybody is told again', () => {
    const { one, rooms, has, asked, pass, cutting } = pair()
    one.say([])
    cutting(true)
    one.say([change(['ada'])])
    cutting(false)
    has.one = [change(['ada', 'bert'])]
    one.say([change(['bert'])])
    expect(asked).toEqual(['one'])
    pass(500)
    expect(rooms.two.get('one')).toEqual(['ada', 'bert'])
  })

  test('[RT7] a silent node is taken for dead within two seconds, and is back when it is heard', () => {
    const { one, rooms, has, pass, cutting } = pair()
    has.one = [change(['ada'])]
    one.say([])
    cutting(true)
    for (let passed = 0; passed < 1_500; passed += 250) pass(250)
    expect(rooms.two.get('one')).toEqual(['ada'])
    pass(250)
    expect(rooms.two.has('one')).toBe(false)
    cutting(false)
    pass(500)
    pass(500)
    expect(rooms.two.get('one')).toEqual(['ada'])
  })

  test('[RT7] a node that leaves in good order says so', () => {
    const { one, rooms, has } = pair()
    has.one = [change(['ada'])]
    one.say([])
    one.say([], true)
    expect(rooms.two.has('one')).toBe(false)
  })

  test('[RT5] whatever else arrives from the wire between nodes is passed over', () => {
    const { one, rooms } = pair()
    for (const message of [
      null,
      'x',
      {},
      { node: 'x' },
      { node: 'x', number: 1, whole: true, last: false, rooms: [{}] },
    ]) {
      one.hear(message)
      one.wanted(message)
    }
    expect(rooms.one.size).toBe(0)
  })
})
