import { Alerts } from '../desk/alerts.ts'
import { LagWatch } from '../desk/lag-watch.ts'
import type { Outlook } from '../desk/outlook.ts'
import { SpikeLookout } from '../desk/spike-watch.ts'
import { endProposals } from '../desk/taken-proposals.ts'
import { Timers } from '../desk/timers.ts'
import { WaysOut } from '../desk/ways-out.ts'
import { Weather } from '../desk/weather.ts'
import type { Gateway } from '../realtime/gateway.ts'
import type { Ground } from './ground.ts'
import type { Receiving } from './receiving.ts'

export type Watching = ReturnType<typeof openWatching>

type Watched = {
  receiving: Receiving
  outlook: Outlook
  /** Asked for once the doors are open. */
  gateway: () => Gateway
}

/** What is looked to though nobody asks: what other systems alarm about, what time does, and how the channels are doing. */
export function openWatching({ desk, store, fault }: Ground, { receiving, outlook, gateway }: Watched) {
  const { intake, switchboard } = receiving
  const alerts = new Alerts({ desk, fault, incidentDeclared: async () => intake.pour(await store.now()) })
  const lookout = new SpikeLookout(desk)
  const lag = new LagWatch({ desk, lineOf: id => switchboard.own(id) })
  const waysOut = new WaysOut({ desk, open: () => switchboard.open(), channel: id => switchboard.channel(id) })
  const timers = new Timers({
    desk,
    fault,
    pour: now => intake.pour(now),
    rounds: [
      { everyMs: 5_000, about: 'spikes', act: () => lookout.look() },
      { everyMs: 2_000, about: 'lag', act: () => lag.look() },
      { everyMs: 2_000, about: 'ways out', act: () => waysOut.look() },
      { everyMs: 10_000, about: 'alerts', act: () => alerts.follow() },
      { everyMs: 10_000, about: 'taken proposals', act: async () => endProposals(desk, await store.now()) },
      { everyMs: 60_000, about: 'what was taken away', act: () => intake.rinse(performance.now()) },
    ],
  })
  const weather = new Weather({
    desk,
    outlook,
    health: record => switchboard.health(record),
    watched: () => gateway().watched(),
    tell: told => gateway().tellWeather(told),
    fault,
  })
  return { alerts, timers, weather }
}
