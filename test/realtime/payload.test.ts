import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Shelf } from '../support/stores.ts'
import { until } from '../support/until.ts'
import { binary, RawSocket } from './raw-socket.ts'
import { Node, origin, type Person, shelfOf } from './stage.ts'
import { Witness } from './witness.ts'

describe('what a screen sends', () => {
  let shelf: Shelf
  let node: Node
  let ada: Person
  let incidentId: string
  let witness: Witness
  const raws: RawSocket[] = []

  beforeAll(async () => {
    shelf = await shelfOf('sqlite')
    node = await Node.open(await shelf.open())
    ada = await node.signIn('Ada')
    incidentId = await node.declare()
    witness = await Witness.open(node, ada, incidentId)
  })
  afterEach(() => {
    for (const raw of raws.splice(0)) raw.close()
  })
  afterAll(async () => {
    witness.close()
    await node.close()
    await shelf.stop()
  })

  /** A connection spoken by hand, let in as Ada. */
  async function enter(): Promise<RawSocket> {
    const raw = await RawSocket.open(node.port, { origin, cookie: ada.cookie })
    raws.push(raw)
    raw.send('40')
    await until('the namespace to be joined', () => raw.messages.some(message => message.startsWith('40')))
    return raw
  }

  async function served(): Promise<void> {
    const answer = await witness.socket.timeout(5_000).emitWithAck('watch', { incidentId, cursor: witness.at })
    expect(answer.type).toBe('resumed')
  }

  const claim = { id: 'c', type: 'conversation/claim', incidentId: 'i', conversationId: 'k' }
  const bad: [name: string, event: string, payloads: unknown[], issue: { field: string; expected: string }][] = [
    [
      'an unknown event',
      'drop-tables',
      [{}],
      { field: 'event', expected: 'expected one of watch, unwatch, command, presence, pair' },
    ],
    [
      'an inherited name',
      'toString',
      [{}],
      { field: 'event', expected: 'expected one of watch, unwatch, command, presence, pair' },
    ],
    ['no payload', 'command', [], { field: 'command', expected: 'expected one payload' }],
    ['two payloads', 'watch', [{}, {}], { field: 'watch', expected: 'expected one payload' }],
    ['null', 'command', [null], { field: 'command', expected: 'expected object' }],
    [
      'an unknown type',
      'command',
      [{ id: 'c', type: 'x' }],
      { field: 'type', expected: 'expected one of the known values' },
    ],
    [
      "Muster's own command",
      'command',
      [{ ...claim, type: 'message/arrive' }],
      { field: 'type', expected: 'expected one of the known values' },
    ],
    [
      'a number for an id',
      'command',
      [{ ...claim, conversationId: 7 }],
      { field: 'conversationId', expected: 'expected string' },
    ],
    [
      'a path for an id',
      'command',
      [{ ...claim, conversationId: '../x' }],
      { field: 'conversationId', expected: 'expected 1 to 64 letters, digits, "-" or "_"' },
    ],
    [
      'bytes for an id',
      'command',
      [{ ...claim, conversationId: Buffer.from('k') }],
      { field: 'conversationId', expected: 'expected string' },
    ],
    ['bytes for a payload', 'watch', [Buffer.from('{}')], { field: 'incidentId', expected: 'expected string' }],
    [
      'a fraction for a position',
      'watch',
      [{ incidentId: 'i', cursor: { era: 'e', seq: 1.5 } }],
      { field: 'cursor.seq', expected: 'expected int' },
    ],
    [
      'half a report',
      'presence',
      [{ incidentId: 'i', viewing: null }],
      { field: 'typing', expected: 'expected boolean' },
    ],
    ['a room by another name', 'unwatch', [{ room: 'room:i' }], { field: 'incidentId', expected: 'expected string' }],
  ]
  test.each(bad)('[RT5] %s is answered with the field, and the next is served', async (_, event, payloads, issue) => {
    const top = await node.store.top(incidentId)
    const answer = await witness.socket.timeout(5_000).emitWithAck(event as 'command', ...(payloads as [never]))
    expect(answer).toEqual({ type: 'invalid', issues: expect.arrayContaining([expect.objectContaining(issue)]) })
    expect(await node.store.top(incidentId)).toEqual(top)
    await served()
  })

  test('[RT5] the answer repeats nothing of what was sent', async () => {
    const sent = {
      id: 'c',
      type: 'draft/save',
      incidentId,
      conversationId: '<script>alert(1)</script>',
      fence: 'secret',
      epoch: -1,
    }
    const answer = await witness.socket.timeout(5_000).emitWithAck('command', sent as never)
    expect(answer.type).toBe('invalid')
    expect(JSON.stringify(answer)).not.toMatch(/script|secret/)
  })

  test('[AC7] every field that is wrong is named', async () => {
    const answer = await witness.socket
      .timeout(5_000)
      .emitWithAck('command', { id: '', type: 'draft/save', fence: 0 } as never)
    const fields = answer.type === 'invalid' ? answer.issues.map((issue: { field: string }) => issue.field) : []
    expect(fields).toEqual(['id', 'incidentId', 'conversationId', 'fence', 'epoch', 'text'])
  })

  test('[RT5] a command without an acknowledgement changes nothing', async () => {
    const top = await node.store.top(incidentId)
    const join = { id: 'unheard', type: 'incident/join', incidentId } as const
    witness.socket.emit('command', join, undefined as never)
    ;(witness.socket as unknown as { emit: (event: string, payload: unknown) => void }).emit('command', join)
    await served()
    expect(await node.store.top(incidentId)).toEqual(top)
  })

  test('[RT5] an oversized payload, and a bare binary one, end their own connection and no other', async () => {
    for (const payload of ['x'.repeat(70_000), Buffer.alloc(1_000)]) {
      const raw = await enter()
      raw.send(payload)
      await until('the connection to be ended', () => !raw.open)
      await served()
    }
  })

  test('[RT5] whoever goes on sending what is malformed is cut off, with a sentence', async () => {
    const raw = await enter()
    for (let count = 0; count < 40; count++) raw.send('42["nonsense"]')
    await until('the connection to be ended', () => !raw.open)
    expect(raw.messages.find(message => message.includes('cut-off'))).toContain('does not understand')
    await served()
  })

  test('[RT5] a flood is cut off, before the session was asked for and after, however proper', async () => {
    const [early, late] = [await RawSocket.open(node.port, { origin, cookie: ada.cookie }), await enter()]
    raws.push(early)
    const report = JSON.stringify({ incidentId, viewing: null, typing: true })
    for (let count = 0; count < 300; count++) {
      early.send('40/elsewhere,')
      late.send(`42["presence",${report}]`)
    }
    await until('both to be ended', () => !early.open && !late.open, 3_000)
    expect(late.messages.find(message => message.includes('cut-off'))).toContain('more than Muster takes')
    await served()
  })

  test('[RT5] an event named like a fault of the server is one more unknown event', async () => {
    const raw = await enter()
    raw.send('420["error",{"toString":1,"valueOf":1}]')
    await until('it to be answered', () => raw.messages.some(message => message.startsWith('430[{"type":"invalid"')))
    await served()
  })

  test('[RT5] no frames whatever end the process or change the log', async () => {
    const packet = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(
          fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '40', '41', '42', '43', '44', '45', '451-', '4510-', '46'),
          fc.string(),
        )
        .map(parts => parts.join('')),
      fc
        .tuple(fc.constantFrom('42', '420', '42/admin,', '421', '429007199254740993'), fc.json())
        .map(parts => parts.join('')),
      fc
        .tuple(
          fc.constantFrom(
            'watch',
            'unwatch',
            'command',
            'presence',
            'pair',
            'error',
            '__proto__',
            'constructor',
            'disconnecting',
          ),
          fc.json(),
        )
        .map(([event, json]) => `42${JSON.stringify([event]).slice(0, -1)},${json}]`),
      fc.constantFrom(
        `42${'['.repeat(30_000)}`,
        '40{"token":{}}',
        '40null',
        '40/x,',
        '42["command",{"__proto__":{"id":1}}]',
        '42["error",{"toString":1,"valueOf":1}]',
      ),
    )
    const frame = fc.oneof(
      { weight: 5, arbitrary: packet },
      { weight: 1, arbitrary: fc.uint8Array().map(bytes => Buffer.from(bytes)) },
    )
    const top = await node.store.top(incidentId)
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(frame, { minLength: 1, maxLength: 20 }), async (joins, frames) => {
        const raw = joins ? await enter() : await RawSocket.open(node.port, { origin, cookie: ada.cookie })
        for (const payload of frames) if (raw.open) raw.send(payload, typeof payload === 'string' ? 1 : binary)
        await served()
        raw.close()
      }),
      { numRuns: 150 },
    )
    expect(await node.store.top(incidentId)).toEqual(top)
    expect(witness.faults).toEqual([])
  })
})
