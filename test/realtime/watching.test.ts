import { snapshotOf } from '@muster/server/desk/picture.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import { defectOf } from '@muster/shared/defect.ts'
import type { WatchAnswer } from '@muster/shared/protocol.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { cora } from '../support/builders.ts'
import { type Shelf, shelves } from '../support/stores.ts'
import { until } from '../support/until.ts'
import { Node, type Person } from './stage.ts'
import { Witness } from './witness.ts'

describe.each(shelves)('watching on %s', (_, prepare) => {
  let shelf: Shelf
  let node: Node
  let ada: Person
  const open: Witness[] = []

  beforeAll(async () => {
    shelf = await prepare()
    node = await Node.open(await shelf.open(), { limits: { ring: 200, readBack: 50, heartbeatMs: 100 } })
    ada = await node.signIn('Ada')
  })
  afterEach(() => {
    for (const witness of open.splice(0)) witness.close()
  })
  afterAll(async () => {
    await node.close()
    await shelf.stop()
  })

  async function witness(incidentId: string): Promise<Witness> {
    const opened = await Witness.open(node, ada, incidentId)
    open.push(opened)
    return opened
  }

  async function rows(incidentId: string): Promise<Conversation[]> {
    const snapshot = await snapshotOf(node.store, incidentId)
    return (snapshot?.conversations ?? []).sort((one, other) => (one.id < other.id ? -1 : 1))
  }

  async function converged(incidentId: string, witnesses: readonly Witness[]): Promise<void> {
    const top = await node.store.top(incidentId)
    await until('every screen to stand at the top', () => witnesses.every(({ at }) => at?.seq === top.seq))
    const truth = await rows(incidentId)
    for (const { rows, faults } of witnesses) expect({ rows, faults }).toEqual({ rows: truth, faults: [] })
  }

  test('[RT1] a screen without a cursor gets a snapshot, and every later entry', async () => {
    const incidentId = await node.declare()
    await node.arrive(incidentId, 5)
    const screen = await witness(incidentId)
    expect(screen.answers.map(({ type }) => type)).toEqual(['reset'])
    expect(screen.conversations.size).toBe(5)
    await node.arrive(incidentId, 5)
    await converged(incidentId, [screen])
    expect(screen.seqs).toEqual([7, 8, 9, 10, 11])
  })

  test('[DL17] who watches an incident is told how its channels do, and nobody else', async () => {
    const [incidentId, other] = [await node.declare(), await node.declare()]
    const [screen, elsewhere] = [await witness(incidentId), await witness(other)]
    const heard: string[] = []
    for (const { socket } of [screen, elsewhere]) socket.on('weather', told => heard.push(told.incidentId))
    expect(node.gateway.watched()).toEqual(expect.arrayContaining([incidentId, other]))
    for (const id of [incidentId, 'nobody', other]) node.gateway.tellWeather({ incidentId: id, at: 1, channels: [] })
    await until('both to hear', () => heard.length >= 2)
    expect(heard.toSorted()).toEqual([incidentId, other].toSorted())
  })

  test('[RT1] a screen that comes back gets every entry it missed, and no snapshot', async () => {
    const incidentId = await node.declare()
    const [stays, leaves] = [await witness(incidentId), await witness(incidentId)]
    leaves.socket.disconnect()
    await node.arrive(incidentId, 20)
    await converged(incidentId, [stays])
    leaves.socket.connect()
    await converged(incidentId, [stays, leaves])
    expect(leaves.answers.map(({ type }) => type)).toEqual(['reset', 'resumed'])
  })

  test('[RT1] a screen that missed more than is kept gets a snapshot, never a part', async () => {
    const incidentId = await node.declare()
    const [stays, leaves] = [await witness(incidentId), await witness(incidentId)]
    leaves.socket.disconnect()
    await node.arrive(incidentId, 300)
    await converged(incidentId, [stays])
    leaves.socket.connect()
    await converged(incidentId, [stays, leaves])
    expect(leaves.answers.map(({ type }) => type)).toEqual(['reset', 'reset'])
  })

  test('[RT1] a cursor of another era, or of the future, gets a snapshot', async () => {
    const incidentId = await node.declare()
    const screen = await witness(incidentId)
    const { era, seq } = screen.at ?? { era: '', seq: 0 }
    const types: WatchAnswer['type'][] = []
    for (const cursor of [
      { era: 'another', seq },
      { era, seq: seq + 5 },
    ])
      types.push((await screen.watch(cursor)).type)
    expect(types).toEqual(['reset', 'reset'])
  })

  test('[RT1] an incident that does not exist is not found, and the room of the company is nobody’s to watch', async () => {
    const screen = await witness(await node.declare())
    const watch = (incidentId: string) => screen.socket.emitWithAck('watch', { incidentId, cursor: null })
    expect(await watch('no-such-incident')).toMatchObject({ type: 'refused', refusal: { code: 'not-found' } })
    expect(await watch(company.room)).toMatchObject({ type: expect.stringMatching(/^(invalid|refused)$/) })
  })

  test('[RT2] many changes at once come in few batches, in order, to everybody', async () => {
    const incidentId = await node.declare()
    const screens = await Promise.all(Array.from({ length: 10 }, () => witness(incidentId)))
    await node.arrive(incidentId, 150)
    await converged(incidentId, screens)
    for (const screen of screens) expect(screen.frames).toBeLessThan(20)
  })

  test('[RT2] screens that come and go while customers write miss nothing and see nothing twice', async () => {
    const incidentId = await node.declare()
    const screens = await Promise.all(Array.from({ length: 12 }, () => witness(incidentId)))
    for (let round = 0; round < 12; round++) {
      const connected = screens.filter(({ socket }) => socket.connected)
      const [leaving, staying] = [connected.slice(0, 4), connected.slice(4)]
      for (const { socket } of leaving) socket.io.engine.close()
      const writing = node.arrive(incidentId, 15)
      // Watched again without a reason, in the middle of it all: on the same socket, and from where it stands.
      for (const screen of staying) void screen.watch()
      await writing
    }
    await converged(incidentId, screens)
  })

  test('[RT2] an unwatched room tells nothing any more', async () => {
    const incidentId = await node.declare()
    const [left, stays] = [await witness(incidentId), await witness(incidentId)]
    left.socket.emit('unwatch', { incidentId })
    await until('the screen to be out of the room', () => node.gateway.watchers(incidentId) === 1)
    await node.arrive(incidentId, 3)
    await converged(incidentId, [stays])
    expect(left.seqs).toEqual([])
  })

  test('[RT3] a heartbeat says where the room stands, by the clock of the store', async () => {
    const incidentId = await node.declare()
    const screen = await witness(incidentId)
    await node.arrive(incidentId, 2)
    await until('a heartbeat after the entries', () => screen.tops.at(-1)?.at.seq === 3)
    expect(Math.abs((screen.tops.at(-1)?.now ?? 0) - (await node.store.now()))).toBeLessThan(2_000)
    expect(screen.faults).toEqual([])
  })

  test('[IN1] everybody who is connected hears that an incident was declared', async () => {
    const screen = await witness(await node.declare())
    const before = screen.incidents
    await node.declare()
    await until('the news of the second', () => screen.incidents > before)
  })

  test('[IN25] [CH62] everybody who is connected hears that something was proposed, or could not be read', async () => {
    const screen = await witness(await node.declare())
    const spike = { channels: ['mail'], lastMinute: 30, usual: 1 }
    const unreadable = {
      kind: 'message',
      quarantineId: 'q1',
      channelId: 'mail',
      externalId: 'x',
      defect: defectOf('empty', 'No end.'),
      raw: '',
      arrival: null,
    } as const
    const news = [
      { id: 'spike', type: 'spike/propose', spike },
      { id: 'dismissed', type: 'proposal/dismiss', proposalId: 'spike' },
      { id: 'broken', type: 'message/quarantine', ...unreadable },
    ] as const
    for (const command of news) {
      const before = screen.incidents
      await node.company(command)
      await until(`the news of ${command.type}`, () => screen.incidents > before)
    }
  })

  test('[CL1] a command is answered over the socket, and told to the others', async () => {
    const incidentId = await node.declare()
    await node.arrive(incidentId, 1)
    const [ours, theirs] = [await witness(incidentId), await witness(incidentId)]
    const [row] = ours.rows
    const conversationId = row?.id ?? ''
    await ours.socket.emitWithAck('command', { id: 'joining', type: 'incident/join', incidentId })
    const claim = { id: 'claiming', type: 'conversation/claim', incidentId, conversationId } as const
    const outcome = await ours.socket.emitWithAck('command', claim)
    expect(outcome).toMatchObject({ type: 'done', answer: { conversation: { claim: { holder: { name: 'Ada' } } } } })
    await converged(incidentId, [ours, theirs])
    expect(theirs.conversations.get(conversationId)?.claim?.holder.id).toBe('ada')
    expect(await node.ask(cora, { ...claim, id: 'another' })).toMatchObject({ type: 'refused' })
  })
})
