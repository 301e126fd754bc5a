import { askingOf } from './app/asking.ts'
import { Crew } from './app/crew.ts'
import { type Doors, openDoors } from './app/doors.ts'
import { type Ground, layGround } from './app/ground.ts'
import { openReceiving } from './app/receiving.ts'
import { openSending } from './app/sending.ts'
import { openWatching } from './app/watching.ts'
import { firstLink } from './auth/invite.ts'
import type { Config } from './config.ts'
import { createDrills } from './drill/in-house.ts'
import { Measures } from './insight/measures.ts'
import { listen } from './listen.ts'
import { saveChannels } from './start-channels.ts'

export type App = {
  /** Where people find it. */
  origin: string
  /** A one-time sign-in link while nobody ever signed in. */
  firstLink: string | null
  close: () => Promise<void>
}

/** Puts the rooms together, sets everybody to work, and then lets people in. */
export async function openApp(config: Config): Promise<App> {
  const ground = await layGround(config, () => rooms.receiving.switchboard)
  const { desk, safe } = ground
  const rooms = roomsOn(ground, () => doors)
  let leaving = false
  await saveChannels(desk, safe, config.channels)
  await rooms.receiving.switchboard.start()
  const doors = openDoors(ground, { ...rooms, leaving: () => leaving })
  rooms.crew.start()
  const link = await firstLink(desk, config.origin)
  await listen(doors.httpServer, config)
  const close = () => {
    leaving = true
    return closeAll(ground, rooms, doors)
  }
  return { origin: config.origin, firstLink: link, close }
}

type Rooms = ReturnType<typeof roomsOn>

function roomsOn(ground: Ground, doors: () => Doors) {
  const { config, desk, safe, fault } = ground
  const measures = new Measures()
  const drills = createDrills({ desk, safe, origin: ownAddress(config), fault })
  const receiving = openReceiving(ground, drills)
  const sending = openSending(ground, receiving.switchboard)
  const watching = openWatching(ground, { receiving, outlook: sending.outlook, gateway: () => doors().gateway })
  const ask = askingOf(ground, { receiving, sending, watching, drills, measures })
  const { delivery, hastening, acknowledging, publishing } = sending
  const { alerts, timers, weather } = watching
  const crew = new Crew([delivery, hastening, timers, weather, acknowledging, alerts], [publishing], [receiving.meter])
  return { measures, drills, receiving, watching, ask, crew }
}

/** In the order of who depends on whom: no new work, then what is under way, then the records. */
async function closeAll({ desk, store }: Ground, rooms: Rooms, { httpServer, gateway }: Doors): Promise<void> {
  httpServer.close()
  await gateway.close()
  await rooms.drills.close()
  await rooms.receiving.switchboard.close()
  await rooms.crew.close()
  await desk.settled()
  httpServer.closeAllConnections()
  await store.close()
  rooms.measures.close()
}

/** Where this process itself answers, whatever stands before it. */
function ownAddress({ host, port }: Config): string {
  const everywhere = host === '0.0.0.0' || host === '::'
  const name = everywhere ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
