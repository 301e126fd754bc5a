import { readingAlertsAgain } from '../alert-quarantine.ts'
import { inviteOf } from '../auth/invite.ts'
import { openJoinOf } from '../auth/join.ts'
import { type Acts, type Ask, askOf } from '../desk/ask.ts'
import { tellingWhenItLeaves } from '../desk/leaving.ts'
import { readingMessagesAgain, retryOf } from '../desk/quarantine.ts'
import type { Drills } from '../drill/in-house.ts'
import { type Measures, measured } from '../insight/measures.ts'
import type { Ground } from './ground.ts'
import type { Receiving } from './receiving.ts'
import type { Sending } from './sending.ts'
import type { Watching } from './watching.ts'

type Rooms = { receiving: Receiving; sending: Sending; watching: Watching; drills: Drills; measures: Measures }

/** After these an update may be ready for the public. */
const publishes = new Set<string>(['status/approve', 'status/settle'])

/** What people ask, through whichever door: decided, and whoever has to act on it woken. */
export function askingOf(ground: Ground, rooms: Rooms): Ask {
  const { store, desk, safe } = ground
  const { delivery, publishing, placing, unplaced } = rooms.sending
  const decide = askOf(desk, actsOf(ground, rooms), safe)
  const waking: Ask = async (actor, command) => {
    const outcome = await decide(actor, command)
    // It may be ready to leave again. What is handed in or approved leaves once its place is found.
    if (command.type === 'reply/settle') delivery.wake()
    if (publishes.has(command.type)) publishing.wake()
    return outcome
  }
  return measured(tellingWhenItLeaves(waking, { store, placing, unplaced }), rooms.measures)
}

function actsOf({ config, desk, store }: Ground, { receiving, watching, drills }: Rooms): Acts {
  const { intake, switchboard, trials } = receiving
  const { alerts } = watching
  const again = {
    message: readingMessagesAgain({ switchboard, takeIn: (channel, received) => intake.takeIn(channel, received) }),
    alert: readingAlertsAgain({ desk, alerts }),
  }
  return {
    invite: inviteOf(desk, config.origin),
    openJoin: openJoinOf(desk, config.origin),
    retryQuarantined: retryOf({ desk, again }),
    startDrill: (actor, command) => drills.start(actor, command),
    stopDrill: (_, incidentId) => drills.stop(incidentId),
    tried: (channelId, secrets) => trials.heldFor(channelId, secrets),
    incidentDeclared: async () => {
      await intake.pour(await store.now())
      await alerts.follow()
    },
  }
}
