import { packetOf, sharedParser } from '@muster/server/drill/parser.ts'
import { apply, canonical, differenceOf, pictureOf } from '@muster/server/drill/picture.ts'
import type { Snapshot } from '@muster/shared/protocol.ts'
import { expect, test } from 'vitest'
import { conversation, entry, incident, snapshot } from './run-builders.ts'

test('[OP4] a screen that was told everything shows what a fresh one shows', () => {
  const screen = pictureOf(snapshot())
  const arrived = entry({
    seq: 5,
    type: 'message/arrived',
    conversation: conversation({ id: 'c-2' }),
    messageId: 'c-2',
  })
  apply(screen, arrived)
  apply(screen, arrived)
  const fresh = pictureOf(snapshot({ conversations: [conversation(), conversation({ id: 'c-2' })] }))
  expect(differenceOf(screen, fresh)).toBe(null)
})

test.each<[what: string, fresh: Partial<Snapshot>]>([
  ['the incident', { incident: incident({ surge: true }) }],
  ['the facts', { facts: { ...snapshot().facts, epoch: 2 } }],
  ['conversation c-1', { conversations: [conversation({ messages: 2 })] }],
  ['conversation c-9', { conversations: [conversation(), conversation({ id: 'c-9' })] }],
  ['conversation c-1', { conversations: [] }],
  ['responder', { responders: [] }],
  ['reply r-1', { replies: [{ ...(snapshot().replies[0] as Snapshot['replies'][0]), state: 'uncertain' }] }],
])('[OP4] a screen that differs in %s is told from a fresh one', (what, fresh) => {
  expect(differenceOf(pictureOf(snapshot()), pictureOf(snapshot(fresh)))).toContain(what)
})

test('[OP4] a sent reply leaves the list of those that need somebody', () => {
  const screen = pictureOf(snapshot())
  const reply = { ...(snapshot().replies[0] as Snapshot['replies'][0]), state: 'sent' as const }
  apply(screen, entry({ seq: 5, type: 'reply/sent', conversation: conversation(), reply }))
  expect(differenceOf(screen, pictureOf(snapshot({ replies: [] })))).toBe(null)
})

test('[OP4] pictures are compared by what they say, whatever the order of their members', () => {
  expect(canonical({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe(canonical({ b: [1, { c: 'x', d: null }] }))
  expect(canonical({ a: '1' })).not.toBe(canonical({ a: 1 }))
})

test.each([
  ['0{"sid":"x"}', { type: 0, nsp: '/', data: { sid: 'x' } }],
  ['2["entries",{"from":1}]', { type: 2, nsp: '/', data: ['entries', { from: 1 }] }],
  ['313[{"type":"done"}]', { type: 3, nsp: '/', id: 13, data: [{ type: 'done' }] }],
  ['4{"message":"no"}', { type: 4, nsp: '/', data: { message: 'no' } }],
  ['2/room,7["x"]', { type: 2, nsp: '/room', id: 7, data: ['x'] }],
  ['1', { type: 1, nsp: '/' }],
])('[OP4] the packet %s is read as socket.io reads it', (wire, packet) => {
  expect(packetOf(wire)).toEqual(packet)
  const [written] = new (sharedParser().Encoder)().encode(packet)
  expect(written).toBe(wire)
})

test('[OP4] one batch that many screens get is read once for all of them', () => {
  const parser = sharedParser()
  const heard: unknown[] = []
  for (let screen = 0; screen < 3; screen++) {
    const decoder = new parser.Decoder()
    decoder.on('decoded', ({ data }) => heard.push(data))
    decoder.add('2["entries",{"from":1}]')
    decoder.add(`3${screen}[{"type":"done"}]`)
  }
  expect(heard).toHaveLength(6)
  expect(heard[2]).toBe(heard[0])
  expect(heard[3]).not.toBe(heard[1])
})
