import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import type { ChannelRecord, ChannelSecrets } from '@muster/shared/channel.ts'
import { alertDoorOf } from './alert-door.ts'
import { readingAlertsAgain } from './alert-quarantine.ts'
import { SessionCookie } from './auth/cookie.ts'
import { Guests } from './auth/guests.ts'
import { firstLink, inviteOf } from './auth/invite.ts'
import { openJoinOf } from './auth/join.ts'
import { Sessions } from './auth/sessions.ts'
import { Entrance } from './auth/sign-in.ts'
import type { Received } from './channels/channel.ts'
import { openChannel } from './channels/open.ts'
import type { Vault } from './channels/surroundings.ts'
import type { Config } from './config.ts'
import { Acknowledging } from './desk/acknowledging.ts'
import { Alerts } from './desk/alerts.ts'
import { type Acts, type Ask, askOf } from './desk/ask.ts'
import { takeBounce } from './desk/bounce.ts'
import { Bounds, withRoom } from './desk/bounds.ts'
import { Delivery } from './desk/delivery.ts'
import { Desk } from './desk/desk.ts'
import { Intake } from './desk/intake.ts'
import { LagWatch } from './desk/lag-watch.ts'
import { tellingWhenItLeaves } from './desk/leaving.ts'
import { Meter } from './desk/meter.ts'
import { Outlook } from './desk/outlook.ts'
import { pageTurnsOf } from './desk/page-turns.ts'
import { Placing } from './desk/placing.ts'
import { Publishing } from './desk/publishing.ts'
import { readingMessagesAgain, retryOf } from './desk/quarantine.ts'
import { SpikeLookout } from './desk/spike-watch.ts'
import { Suggestions } from './desk/suggestions.ts'
import { Switchboard } from './desk/switchboard.ts'
import { Timers } from './desk/timers.ts'
import { Trials } from './desk/trials.ts'
import { vaultOf } from './desk/vault.ts'
import { Weather } from './desk/weather.ts'
import { createDrills, type Drills } from './drill/in-house.ts'
import { hookOf } from './hook-door.ts'
import { httpDoor } from './http/door.ts'
import { faultOf, logOf } from './insight/log.ts'
import { Measures, measured } from './insight/measures.ts'
import { listen } from './listen.ts'
import { openGateway } from './realtime/gateway.ts'
import { openSecrets } from './secrets.ts'
import { saveChannels } from './start-channels.ts'
import { pagesOf } from './status-pages/open.ts'
import { openRedisStore } from './store/redis.ts'
import { openSqliteStore } from './store/sqlite.ts'
import type { Store } from './store/store.ts'
import { languageOf } from './text/language.ts'
import { trainTopics } from './text/topic-model.ts'

export type App = {
  /** Where people find it. */
  origin: string
  /** A one-time sign-in link while nobody ever signed in. */
  firstLink: string | null
  close: () => Promise<void>
}

/** After these a reply may be ready to leave. */
const lettingGo = new Set<string>(['reply/submit', 'reply/settle', 'review/approve', 'review/approve-several'])

/** Puts the rooms together; nothing else knows which store or which channels there are. */
export async function openApp(config: Config): Promise<App> {
  const log = logOf(config.logLevel)
  const fault = faultOf(log)
  const store = await openStore(config, fault)
  const nodeId = randomUUID()
  const desk = new Desk(store, {
    random: Math.random,
    length: (channelId, text, visibility) => switchboard.length(channelId, text, visibility),
    sameness: channelId => switchboard.sameness(channelId),
    fault,
  })
  const intake = new Intake(desk, languageOf)
  const bounds = new Bounds()
  const meter = new Meter(desk)
  const take = (channel: ChannelRecord, received: Received) =>
    received.type === 'bounced' ? takeBounce(desk, received) : intake.take(channel, received)
  const { safe, hmacKey } = await openSecrets(desk, config, fault)
  const switchboard = new Switchboard({
    desk,
    safe,
    take: withRoom(bounds, take),
    clock: Date.now,
    fault,
    open: (record, secrets) => open(record, secrets, vaultOf(desk, safe, record.id)),
  })
  const open = (record: ChannelRecord, secrets: ChannelSecrets, vault: Vault) =>
    openChannel(record, secrets, {
      // What a drill's channel calls is a made-up network in a process of this one's own.
      internalHosts: [...config.internalHosts, ...drillHosts(record, drills)],
      clock: Date.now,
      random: Math.random,
      hmacKey,
      origin: config.origin,
      vault,
      spend: amount => meter.add(record.id, amount),
      log: (level, message, fields) => log[level](fields, message),
    })
  const trials = new Trials({ desk, safe, open, clock: () => performance.now(), fault })
  const delivery = new Delivery({
    desk,
    worker: nodeId,
    channel: id => switchboard.channel(id),
    restraint: id => switchboard.restraint(id),
    open: () => switchboard.open(),
    random: Math.random,
    languageOf,
    fault,
    everyMs: 250,
  })
  const acknowledging = new Acknowledging({
    desk,
    channel: id => switchboard.channel(id),
    restraint: id => switchboard.restraint(id),
    log: (level, message, fields) => log[level](fields, message),
    fault,
    everyMs: 1_000,
  })
  const outlook = new Outlook({
    store,
    channel: id => switchboard.channel(id),
    sending: lane => delivery.sendingOf(lane),
    sharedMs: 1_000,
  })
  const weather = new Weather({
    desk,
    outlook,
    health: record => switchboard.health(record),
    watched: () => gateway.watched(),
    tell: told => gateway.tellWeather(told),
    fault,
  })
  const alerts = new Alerts({ desk, fault, incidentDeclared: async () => intake.pour(await store.now()) })
  const lookout = new SpikeLookout(desk)
  const lag = new LagWatch({ desk, lineOf: id => switchboard.own(id) })
  const timers = new Timers({
    desk,
    fault,
    pour: now => intake.pour(now),
    rounds: [
      { everyMs: 5_000, about: 'spikes', act: () => lookout.look() },
      { everyMs: 2_000, about: 'lag', act: () => lag.look() },
      { everyMs: 10_000, about: 'alerts', act: () => alerts.follow() },
      { everyMs: 60_000, about: 'what was taken away', act: () => intake.rinse(performance.now()) },
    ],
  })
  const publishing = new Publishing({
    desk,
    safe,
    worker: nodeId,
    open: pagesOf({
      internalHosts: config.internalHosts,
      clock: Date.now,
      turnOf: pageTurnsOf({ desk, key: hmacKey }),
    }),
    random: Math.random,
    fault,
    everyMs: 1_000,
    settleMs: 30_000,
  })
  const drills = createDrills({ desk, safe, origin: ownAddress(config), fault })
  const measures = new Measures()
  const acts = {
    invite: inviteOf(desk, config.origin),
    openJoin: openJoinOf(desk, config.origin),
    retryQuarantined: retryOf({
      desk,
      again: {
        message: readingMessagesAgain({ switchboard, store: (channel, arrival) => intake.store(channel, arrival) }),
        alert: readingAlertsAgain({ desk, alerts }),
      },
    }),
    startDrill: (actor, command) => drills.start(actor, command),
    stopDrill: (_, incidentId) => drills.stop(incidentId),
    tried: (channelId, secrets) => trials.heldFor(channelId, secrets),
    incidentDeclared: async () => {
      await intake.pour(await store.now())
      await alerts.follow()
    },
  } satisfies Acts
  const decide = askOf(desk, acts, safe)
  const waking: Ask = async (actor, command) => {
    const outcome = await decide(actor, command)
    if (lettingGo.has(command.type)) delivery.wake()
    if (command.type === 'status/approve' || command.type === 'status/settle') publishing.wake()
    return outcome
  }
  const placing = new Placing(desk, outlook)
  const ask = measured(tellingWhenItLeaves(waking, { store, placing }), measures)
  const cookie = new SessionCookie({ secure: config.origin.startsWith('https:') })
  const sessions = new Sessions(desk, cookie)
  let leaving = false

  await saveChannels(desk, safe, config.channels)
  await switchboard.start()
  const door = httpDoor({
    config,
    store,
    ask,
    sessions,
    entrance: new Entrance(desk),
    guests: new Guests(desk),
    cookie,
    suggestions: new Suggestions(store, trainTopics),
    hook: hookOf({ switchboard, take, now: () => store.now(), enter: bytes => bounds.tryEnter(bytes) }),
    alertDoor: alertDoorOf({ desk, safe, alerts }),
    weather: incidentId => weather.of(incidentId),
    channelHealth: record => switchboard.health(record),
    tryChannel: trial => trials.of(trial),
    measures,
    log,
    fault,
    leaving: () => leaving,
    webFolder: resolve(import.meta.dirname, '../web/dist'),
  })
  const httpServer = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, door)
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
  delivery.start()
  publishing.start()
  timers.start()
  weather.start()
  meter.start()
  acknowledging.start()
  const link = await firstLink(desk, config.origin)
  await listen(httpServer, config)

  /** In the order of who depends on whom: no new work, then what is under way, then the records. */
  async function close(): Promise<void> {
    leaving = true
    httpServer.close()
    await gateway.close()
    await drills.close()
    await switchboard.close()
    await Promise.all([timers.close(), delivery.close(), alerts.close(), weather.close(), acknowledging.close()])
    await publishing.close()
    await meter.close()
    await desk.settled()
    httpServer.closeAllConnections()
    await store.close()
    measures.close()
  }
  return { origin: config.origin, firstLink: link, close }
}

/** Where this process itself answers, whatever stands before it. */
function ownAddress({ host, port }: Config): string {
  const everywhere = host === '0.0.0.0' || host === '::'
  const name = everywhere ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

function drillHosts({ settings }: ChannelRecord, drills: Drills): string[] {
  if (settings.kind !== 'webhook' || settings.replyUrl === null) return []
  const { hostname, port, host } = new URL(settings.replyUrl)
  return drills.isDrillTarget(hostname, Number(port)) ? [host] : []
}

async function openStore(config: Config, fault: (error: unknown, about: string) => string): Promise<Store> {
  const { redisUrl, data } = config
  if (redisUrl !== null) return openRedisStore({ url: redisUrl, onFault: error => fault(error, 'redis') })
  await mkdir(data, { recursive: true, mode: 0o700 })
  return openSqliteStore({ file: join(data, 'muster.db') })
}
