import type { Limits } from '@muster/server/realtime/surroundings.ts'
import { afterEach, describe, expect, test } from 'vitest'
import { nextId } from '../support/builders.ts'
import type { Shelf } from '../support/stores.ts'
import { until } from '../support/until.ts'
import { RawSocket } from './raw-socket.ts'
import { Node, origin, type Person, shelfOf } from './stage.ts'
import { Witness } from './witness.ts'

describe('a client that does not read', () => {
  let shelf: Shelf
  let node: Node
  let ada: Person

  async function open(limits: Partial<Limits>): Promise<{ incidentId: string; witness: Witness; stuck: RawSocket }> {
    shelf = await shelfOf('sqlite')
    node = await Node.open(await shelf.open(), { limits: { sweepMs: 50, ...limits } })
    ada = await node.signIn('Ada')
    const incidentId = await node.declare()
    const witness = await Witness.open(node, ada, incidentId)
    const stuck = await RawSocket.open(node.port, { origin, cookie: ada.cookie })
    stuck.send('40')
    await until('the namespace to be joined', () => stuck.messages.some(message => message.startsWith('40')))
    stuck.send(`420["watch",${JSON.stringify({ incidentId, cursor: null })}]`)
    await until('the watch to be answered', () => node.gateway.watchers(incidentId) === 2)
    stuck.stopReading()
    return { incidentId, witness, stuck }
  }
  afterEach(async () => {
    await node.close()
    await shelf.stop()
  })

  /** Lines of about 50 KB each, as fast as the other screen reads: a loopback connection swallows several MB itself. */
  async function tell(incidentId: string, witness: Witness, megabytes: number): Promise<void> {
    const line = { type: 'incident/surged', at: 0, by: null, incident: 'x'.repeat(50_000) }
    for (let count = 0; count < megabytes; count++) {
      const tell = Array.from({ length: 20 }, () => line)
      await node.store.commit(incidentId, [{ commandId: nextId(), seen: {}, put: [], tell, answer: {} }])
      const { seq } = await node.store.top(incidentId)
      await until('the other screen to have read it', () => witness.at?.seq === seq)
    }
  }

  const cuts = () => node.seen.filter(({ type }) => type === 'cut')

  test('[RT4] is cut when more than a megabyte waits for it; the others miss nothing, and it resumes by cursor', async () => {
    const { incidentId, witness, stuck } = await open({ backlogMs: 60_000 })
    const before = witness.at
    await tell(incidentId, witness, 25)
    await until('the stuck one to be cut', () => cuts().length === 1)
    await until('the connection to be gone', () => node.gateway.connections() === 1)
    expect(cuts()).toEqual([{ type: 'cut', reason: 'slow' }])
    expect(witness.faults).toEqual([])
    const back = await Witness.open(node, ada, incidentId)
    const answer = await back.watch(before)
    expect(answer.type === 'resumed' && answer.entries.length).toBe(500)
    for (const screen of [back, witness, stuck]) screen.close()
  })

  test('[RT4] is cut when what waits for it has waited too long, however little it is', async () => {
    const { incidentId, witness, stuck } = await open({ backlogMs: 300, backlogBytes: 1e12 })
    await tell(incidentId, witness, 20)
    await until('the stuck one to be cut', () => cuts().length === 1)
    expect(witness.socket.connected).toBe(true)
    for (const screen of [witness, stuck]) screen.close()
  })

  test('[RT4] is not cut for the size of a snapshot that it asked for and reads', async () => {
    const { incidentId, witness, stuck } = await open({ backlogBytes: 50_000, snapshotMs: 0 })
    for (let count = 0; count < 30; count++) await node.arrive(incidentId, 100)
    const fresh = await Witness.open(node, ada, incidentId, { reconnects: false })
    expect(fresh.conversations.size).toBe(3_000)
    await node.arrive(incidentId, 1)
    await until('the next entry', () => fresh.conversations.size === 3_001)
    for (const screen of [fresh, witness, stuck]) screen.close()
  })
})
