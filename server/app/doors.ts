import { createServer, type Server } from 'node:http'
import { resolve } from 'node:path'
import { alertDoorOf } from '../alert-door.ts'
import { SessionCookie } from '../auth/cookie.ts'
import { Guests } from '../auth/guests.ts'
import { Sessions } from '../auth/sessions.ts'
import { Entrance } from '../auth/sign-in.ts'
import type { Ask } from '../desk/ask.ts'
import { Suggestions } from '../desk/suggestions.ts'
import { httpDoor } from '../http/door.ts'
import type { Measures } from '../insight/measures.ts'
import { type Gateway, openGateway } from '../realtime/gateway.ts'
import { trainTopics } from '../text/topic-model.ts'
import type { Ground } from './ground.ts'
import type { Receiving } from './receiving.ts'
import type { Watching } from './watching.ts'

type Behind = {
  ask: Ask
  receiving: Receiving
  watching: Watching
  measures: Measures
  /** Whether a stop has begun: then no balancer should send anybody here. */
  leaving: () => boolean
}

export type Doors = { httpServer: Server; gateway: Gateway }

/** Where people, programs and other systems come in. Nothing is let in before the HTTP server listens. */
export function openDoors(ground: Ground, behind: Behind): Doors {
  const { config, desk } = ground
  const cookie = new SessionCookie({ secure: config.origin.startsWith('https:') })
  const sessions = new Sessions(desk, cookie)
  const door = frontDoor(ground, behind, { cookie, sessions })
  behind.measures.gauge('muster_channels_troubled', 'Channels of which this node reads nothing, or too late', () =>
    behind.receiving.switchboard.troubled(),
  )
  const httpServer = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, door)
  return { httpServer, gateway: gatewayOn(httpServer, ground, behind, sessions) }
}

type Entry = { cookie: SessionCookie; sessions: Sessions }

function frontDoor(ground: Ground, { ask, receiving, watching, measures, leaving }: Behind, entry: Entry) {
  const { config, store, desk, safe, log, fault } = ground
  const { switchboard, trials, hook } = receiving
  const { alerts, weather } = watching
  return httpDoor({
    config,
    store,
    ask,
    ...entry,
    entrance: new Entrance(desk),
    guests: new Guests(desk),
    suggestions: new Suggestions(store, trainTopics),
    hook,
    alertDoor: alertDoorOf({ desk, safe, alerts }),
    weather: incidentId => weather.of(incidentId),
    channelHealth: record => switchboard.health(record),
    tryChannel: trial => trials.of(trial),
    measures,
    log,
    fault,
    leaving,
    webFolder: resolve(import.meta.dirname, '../../web/dist'),
  })
}

function gatewayOn(httpServer: Server, ground: Ground, { ask, measures }: Behind, sessions: Sessions): Gateway {
  const { config, nodeId, store, log } = ground
  const gateway = openGateway({
    httpServer,
    store,
    ask,
    allowedOrigins: origin => config.origins.includes(origin),
    visitorOf: (headers, auth) => sessions.visitorOf(headers, auth),
    redisUrl: config.redisUrl,
    nodeId,
    log: (level, message, fields) => log[level](fields, message),
    observe: seen => {
      if (seen.type === 'flushed') measures.entriesTold(seen.entries * seen.watchers)
    },
  })
  measures.gauge('muster_socket_connections', 'Sockets connected', () => gateway.connections())
  return gateway
}
