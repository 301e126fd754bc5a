import { Acknowledging } from '../desk/acknowledging.ts'
import { Delivery } from '../desk/delivery.ts'
import { Hastening } from '../desk/hastening.ts'
import { Lingering } from '../desk/lingering.ts'
import { Outlook } from '../desk/outlook.ts'
import { pageTurnsOf } from '../desk/page-turns.ts'
import { Placing } from '../desk/placing.ts'
import { Publishing } from '../desk/publishing.ts'
import type { Switchboard } from '../desk/switchboard.ts'
import { Unplaced } from '../desk/unplaced.ts'
import { pagesOf } from '../status-pages/open.ts'
import { languageOf } from '../text/language.ts'
import type { Ground } from './ground.ts'

export type Sending = ReturnType<typeof openSending>

/** What leaves: replies and acknowledgements by their channels, updates to the status pages, and when that will be. */
export function openSending(ground: Ground, switchboard: Switchboard) {
  const { store, desk, nodeId, fault, log } = ground
  const channel = (id: string) => switchboard.channel(id)
  const restraint = (id: string) => switchboard.restraint(id)
  const lingering = new Lingering(store)
  const unplaced: Unplaced = new Unplaced(() => delivery.wake())
  const delivery: Delivery = new Delivery({
    desk,
    lingering,
    worker: nodeId,
    channel,
    restraint,
    open: () => switchboard.open(),
    isUnplaced: id => unplaced.has(id),
    random: Math.random,
    languageOf,
    fault,
    everyMs: 250,
  })
  const hastening = new Hastening({
    desk,
    lingering,
    open: () => switchboard.open(),
    recovered: lane => delivery.recovered(lane),
    hastened: () => delivery.wake(),
    fault,
  })
  const acknowledging = new Acknowledging({
    desk,
    lingering,
    channel,
    restraint,
    log: (level, message, fields) => log[level](fields, message),
    fault,
    everyMs: 1_000,
  })
  const outlook = new Outlook({
    store,
    lingering,
    channel,
    sending: lane => delivery.sendingOf(lane),
    sharedMs: 1_000,
  })
  const placing = new Placing(desk, outlook)
  return { delivery, hastening, acknowledging, outlook, placing, unplaced, publishing: publishingOf(ground) }
}

function publishingOf({ config, desk, safe, nodeId, hmacKey, fault }: Ground): Publishing {
  const { internalHosts } = config
  return new Publishing({
    desk,
    safe,
    worker: nodeId,
    open: pagesOf({ internalHosts, clock: Date.now, turnOf: pageTurnsOf({ desk, key: hmacKey }) }),
    random: Math.random,
    fault,
    everyMs: 1_000,
    settleMs: 30_000,
  })
}
