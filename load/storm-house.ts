import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { SessionCookie } from '@muster/server/auth/cookie.ts'
import { Guests } from '@muster/server/auth/guests.ts'
import { inviteOf } from '@muster/server/auth/invite.ts'
import { Sessions } from '@muster/server/auth/sessions.ts'
import { Entrance } from '@muster/server/auth/sign-in.ts'
import { askOf } from '@muster/server/desk/ask.ts'
import { Desk } from '@muster/server/desk/desk.ts'
import { Safe } from '@muster/server/desk/safe.ts'
import { Suggestions } from '@muster/server/desk/suggestions.ts'
import type { RoomCommand } from '@muster/server/domain/decide.ts'
import { type Actor, muster } from '@muster/server/domain/decision.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { httpDoor } from '@muster/server/http/door.ts'
import { faultOf, logOf } from '@muster/server/insight/log.ts'
import { Measures, measured } from '@muster/server/insight/measures.ts'
import { openGateway } from '@muster/server/realtime/gateway.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import { notFound } from '@muster/shared/not-found.ts'
import type { Outcome } from '@muster/shared/refusal.ts'

/** The doors and the desk of one process, with the desk in hand: what happens is given straight to it. */
export type StormHouse = {
  origin: string
  give: (room: string, command: RoomCommand, actor: Actor) => Promise<Outcome>
  /** A one-time sign-in link for a new responder. */
  link: (name: string) => Promise<string>
  close: () => Promise<void>
}

export async function openStormHouse(): Promise<StormHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-storm-'))
  const store = await openSqliteStore({ file: join(folder, 'muster.db') })
  const log = logOf('error')
  const fault = faultOf(log)
  const desk = new Desk(store, { random: Math.random, length: () => null, sameness: () => null, fault })
  const httpServer = createServer()
  httpServer.listen(0, '127.0.0.1')
  await once(httpServer, 'listening')
  const origin = `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`
  const none = async (): Promise<Outcome> => ({
    type: 'refused',
    refusal: notFound('drill'),
  })
  const invite = inviteOf(desk, origin)
  const acts = {
    invite,
    openJoin: none,
    retryQuarantined: none,
    startDrill: none,
    stopDrill: none,
    incidentDeclared: async () => {},
  }
  const cookie = new SessionCookie({ secure: false })
  const sessions = new Sessions(desk, cookie)
  const measures = new Measures()
  const safe = new Safe({ current: randomBytes(32), former: [] })
  const ask = measured(askOf(desk, acts, safe), measures)
  httpServer.on(
    'request',
    httpDoor({
      config: { origin, origins: [origin] },
      store,
      ask,
      sessions,
      entrance: new Entrance(desk),
      guests: new Guests(desk),
      cookie,
      suggestions: new Suggestions(store, () => ({ suggest: () => [] })),
      hook: {
        longest: () => null,
        callsPerSecond: 1,
        bodyWithinMs: 1,
        enter: () => null,
        meet: () => ({ type: 'unproved' }),
        judge: async () => ({ answer: { status: 404, body: {} }, take: null }),
      },
      alertDoor: async () => ({ status: 404, body: {} }),
      weather: async () => null,
      channelHealth: ({ id, name, settings }) => ({
        id,
        name,
        kind: settings.kind,
        state: 'off',
        complaint: null,
        lagMs: null,
      }),
      tryChannel: async () => ({ trials: [] }),
      measures,
      log,
      fault,
      leaving: () => false,
      webFolder: resolve(import.meta.dirname, '../web/dist'),
    }),
  )
  const gateway = openGateway({
    httpServer,
    store,
    ask,
    allowedOrigins: asked => asked === origin,
    visitorOf: (headers, auth) => sessions.visitorOf(headers, auth),
    redisUrl: null,
    nodeId: 'storm',
    log: () => {},
    observe: () => {},
  })
  return {
    origin,
    give: (room, command, actor) => desk.handle(room, command, actor),
    link: async name => {
      const person = { id: name.toLowerCase(), name, team: 'Support', role: 'responder' } as const
      await desk.handle(company.room, { id: crypto.randomUUID(), type: 'person/save', person }, muster)
      const command = { id: crypto.randomUUID(), type: 'person/invite', personId: person.id } as const
      const outcome = await invite(muster, command)
      return outcome.type === 'done' ? String(outcome.answer.link) : ''
    },
    close: async () => {
      await gateway.close()
      httpServer.closeAllConnections()
      httpServer.close()
      await desk.settled()
      measures.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}
