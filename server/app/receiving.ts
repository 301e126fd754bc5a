import type { ChannelRecord, ChannelSecrets } from '@muster/shared/channel.ts'
import type { Received } from '../channels/channel.ts'
import { openChannel } from '../channels/open.ts'
import type { Vault } from '../channels/surroundings.ts'
import { Bounds, withRoom } from '../desk/bounds.ts'
import { mayCost } from '../desk/cost-cap.ts'
import { Intake } from '../desk/intake.ts'
import { Meter } from '../desk/meter.ts'
import { Switchboard } from '../desk/switchboard.ts'
import { Trials } from '../desk/trials.ts'
import { vaultOf } from '../desk/vault.ts'
import type { Drills } from '../drill/in-house.ts'
import { hookOf } from '../hook-door.ts'
import { languageOf } from '../text/language.ts'
import type { Ground } from './ground.ts'

export type Receiving = ReturnType<typeof openReceiving>

/** What customers write: the channels, connected, and the way of what they bring into an incident. */
export function openReceiving(ground: Ground, drills: Drills) {
  const { desk, safe, store, fault } = ground
  const intake = new Intake(desk, languageOf)
  const bounds = new Bounds()
  const meter = new Meter(desk)
  const take = (channel: ChannelRecord, received: Received) => intake.take(channel, received)
  const open = openingOf(ground, drills, meter)
  const switchboard = new Switchboard({
    desk,
    safe,
    take: withRoom(bounds, take),
    clock: Date.now,
    fault,
    open: (record, secrets) => open(record, secrets, vaultOf(desk, safe, record.id)),
  })
  const trials = new Trials({ desk, safe, open, clock: () => performance.now(), fault })
  const hook = hookOf({ switchboard, take, now: () => store.now(), enter: bytes => bounds.tryEnter(bytes) })
  return { intake, meter, switchboard, trials, hook }
}

/** How a channel is opened, be it saved or only tried out. */
function openingOf({ config, hmacKey, store, log }: Ground, drills: Drills, meter: Meter) {
  return (record: ChannelRecord, secrets: ChannelSecrets, vault: Vault) =>
    openChannel(record, secrets, {
      // What a drill's channel calls is a made-up network in a process of this one's own.
      internalHosts: [...config.internalHosts, ...drillHosts(record, drills)],
      clock: Date.now,
      random: Math.random,
      hmacKey,
      origin: config.origin,
      vault,
      spend: amount => meter.add(record.id, amount),
      // A store that is away keeps nobody from listening.
      mayCost: () => mayCost(store, record).catch(() => true),
      log: (level, message, fields) => log[level](fields, message),
    })
}

function drillHosts({ settings }: ChannelRecord, drills: Drills): string[] {
  if (settings.kind !== 'webhook' || settings.replyUrl === null) return []
  const { hostname, port, host } = new URL(settings.replyUrl)
  return drills.isDrillTarget(hostname, Number(port)) ? [host] : []
}
