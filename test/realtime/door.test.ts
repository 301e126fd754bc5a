import { once } from 'node:events'
import { company } from '@muster/server/domain/indexes.ts'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Shelf } from '../support/stores.ts'
import { until } from '../support/until.ts'
import { RawSocket } from './raw-socket.ts'
import { Node, origin, type Person, shelfOf } from './stage.ts'
import { Witness } from './witness.ts'

describe('the door of the gateway', () => {
  let shelf: Shelf
  let node: Node
  let ada: Person

  beforeAll(async () => {
    shelf = await shelfOf('sqlite')
    node = await Node.open(await shelf.open(), { limits: { sessionMs: 200 } })
    ada = await node.signIn('Ada')
  })
  afterAll(async () => {
    await node.close()
    await shelf.stop()
  })

  async function refusal(headers: Record<string, string>, auth: Record<string, unknown> = {}): Promise<Error> {
    const socket = io(node.url, {
      transports: ['websocket'],
      extraHeaders: headers,
      auth,
      reconnection: false,
      forceNew: true,
    })
    const [error] = (await once(socket as never, 'connect_error')) as [Error]
    socket.disconnect()
    return error
  }

  test('[RT6] a page of another origin, and whoever names none, is refused before there is a connection', async () => {
    const { cookie } = ada
    for (const headers of [{ cookie }, { cookie, origin: 'https://evil.example' }, { cookie, origin: 'null' }]) {
      const raw = await RawSocket.open(node.port, headers)
      expect(raw.status).toBe('HTTP/1.1 400 Bad Request')
      await until('the connection to be closed', () => !raw.open)
    }
    expect(node.gateway.connections()).toBe(0)
  })

  test('[RT6] without a session, or with a made-up one, the handshake is refused', async () => {
    const made = `__Host-muster=${'A'.repeat(43)}`
    for (const headers of [{ origin }, { origin, cookie: made }, { origin, cookie: 'x'.repeat(4_000) }]) {
      expect((await refusal(headers as Record<string, string>)).message).toBe('signed-out')
    }
    for (const auth of [{ token: 'x' }, { token: 7 }, { token: { $ne: null } }]) {
      expect((await refusal({ origin, cookie: ada.cookie }, auth)).message).toBe('signed-out')
    }
    await until('nobody to be left', () => node.gateway.connections() === 0)
  })

  test('[RT6] long polling is refused', async () => {
    const response = await fetch(`${node.url}/socket.io/?EIO=4&transport=polling`, {
      headers: { origin, cookie: ada.cookie },
    })
    expect(response.status).toBe(400)
  })

  test('[RT6] a session that ended unheard is noticed while the connection lasts', async () => {
    const browser = await node.signInAgain(ada)
    const incidentId = await node.declare()
    const witness = await Witness.open(node, browser, incidentId, { reconnects: false })
    // As after a restored backup: the record is gone, and no line of the log says so.
    const key = company.session(browser.session)
    const { records } = await node.store.read(company.room, [key])
    const put = [{ key, value: null, indexes: {}, formerly: Object.keys(records[0]?.indexes ?? {}) }]
    const seen = { [key]: records[0]?.version ?? null }
    await node.store.commit(company.room, [{ commandId: 'unheard', seen, put, tell: [], answer: {} }])
    await until('the screen to be signed out', () => !witness.socket.connected)
    expect(witness.farewells).toEqual([expect.stringContaining('signed out')])
  })

  test('[RT1] two hundred screens that come at once are all let in, and share one snapshot', async () => {
    const incidentId = await node.declare()
    await node.arrive(incidentId, 50)
    const witnesses = await Promise.all(Array.from({ length: 200 }, () => Witness.open(node, ada, incidentId)))
    expect(new Set(witnesses.map(({ at }) => at?.seq))).toEqual(new Set([51]))
    expect(new Set(witnesses.map(({ conversations }) => conversations.size))).toEqual(new Set([50]))
    for (const witness of witnesses) witness.close()
    await until('all to be gone', () => node.gateway.connections() === 0)
  })

  test('[OP3] a stop answers what was asked, ends every connection in time, and clients come back to the next server', async () => {
    const incidentId = await node.declare()
    const first = await Node.open(node.store)
    const witness = await Witness.open(first, ada, incidentId)
    const stuck = await RawSocket.open(first.port, { origin, cookie: ada.cookie })
    stuck.stopReading()
    await node.arrive(incidentId, 1)
    const began = performance.now()
    await first.close()
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(first.gateway.connections()).toBe(0)
    const second = await Node.open(node.store, { port: first.port })
    await node.arrive(incidentId, 1)
    await until('the screen to be back where the log stands', () => witness.socket.connected && witness.at?.seq === 3)
    expect({ farewells: witness.farewells, faults: witness.faults }).toEqual({ farewells: [], faults: [] })
    witness.close()
    stuck.close()
    await second.close()
  })
})
