import type { Incident } from '@muster/shared/incident.ts'
import type { Proposal } from '@muster/shared/proposal.ts'
import type { Indexes } from '../store/store.ts'
import { addressId } from './address.ts'
import type { AlertRecord } from './alert.ts'
import { fingerprint } from './fingerprint.ts'

/** Keys and lists of the company's room: what belongs to no single incident. */
export const company = {
  /** No identifier holds an "@": no incident can be declared into this room. */
  room: '@company',
  installation: 'installation',
  incidents: 'incidents',
  openIncidents: 'open-incidents',
  /** Incidents by when they were resolved, the open ones last. */
  delivering: 'delivering',
  incident: (id: string) => `incidents/${id}`,
  /** Which incident took a message, so that a second sight of it goes nowhere else. */
  sighting: (messageId: string) => `sighting/${messageId}`,
  /** Arrivals no incident has taken yet, by when they came. */
  unclaimedArrivals: 'unclaimed-arrivals',
  arrival: (messageId: string) => `arrival/${messageId}`,
  /** What is kept of an address outside of any incident, by when it came. */
  keptOf: (addressId: string) => `kept/${addressId}`,
  /** An account that went, and when. */
  gone: (addressId: string) => `gone/${addressId}`,
  channels: 'channels',
  channel: (id: string) => `channels/${id}`,
  secrets: (channelId: string) => `secrets/${channelId}`,
  /** Since when it is switched off or removed. */
  off: (channelId: string) => `off/${channelId}`,
  place: (channelId: string) => `place/${channelId}`,
  vault: (channelId: string) => `vault/${channelId}`,
  proposal: (id: string) => `proposals/${id}`,
  /** What nobody has declared or dismissed yet, by when it was made. */
  openProposals: 'open-proposals',
  /** A proposal that was taken, until its incident is known to be there; and all of them, by when they were. */
  taken: (proposalId: string) => `taken/${proposalId}`,
  takenProposals: 'taken-proposals',
  /** The last proposal that a rise in arrivals made. */
  spike: 'spike',
  /** How many usually write by each channel. */
  pace: 'pace',
  /** When each channel was last known to be current, whichever node knew. */
  currents: 'currents',
  alertSources: 'alert-sources',
  alertSource: (id: string) => `alert-sources/${id}`,
  alertSecrets: (sourceId: string) => `alert-secrets/${sourceId}`,
  /** One trouble of a source, by its key there. */
  alert: (sourceId: string, key: string) => `alerts/${fingerprint(sourceId, key)}`,
  /** Alerts of which an incident is still to be declared or told. */
  dueAlerts: 'due-alerts',
  /** Which incidents alerts declared lately. */
  declaredByAlerts: 'declared-by-alerts',
  /** What may still leave through a pool that a network limits. */
  budget: (pool: string) => `budget/${pool}`,
  cost: (channelId: string) => `cost/${channelId}`,
  /** Tries of a lane in a row that were put off. */
  failing: (lane: string) => `failing/${lane}`,
  /** When something was last taken by a lane that was failing until then. */
  recovered: (lane: string) => `recovered/${lane}`,
  statusPages: 'status-pages',
  statusPage: (id: string) => `status-pages/${id}`,
  statusPageSecrets: (pageId: string) => `status-page-secrets/${pageId}`,
  playbooks: 'playbooks',
  playbook: (id: string) => `playbooks/${id}`,
  quarantined: 'quarantined',
  quarantine: (id: string) => `quarantined/${id}`,
  /** The open join of an incident, and where its code leads. */
  join: (incidentId: string) => `joins/${incidentId}`,
  joinByCode: (code: string) => `join-codes/${code}`,
  people: 'people',
  person: (id: string) => `people/${id}`,
  personByName: (folded: string) => `name/${folded}`,
  password: (personId: string) => `password/${personId}`,
  links: 'links',
  link: (hash: string) => `links/${hash}`,
  sessions: 'sessions',
  session: (hash: string) => `sessions/${hash}`,
  sessionsOf: (personId: string) => `sessions-of/${personId}`,
  tokens: 'tokens',
  token: (hash: string) => `tokens/${hash}`,
}

/** Which lists a record of the company's room stands in. */
export function ofCompany(key: string, value: unknown): Indexes {
  const [kind] = key.split('/', 1)
  switch (kind) {
    case 'incidents': {
      const { declaredAt, state, resolvedAt } = value as Incident
      return {
        [company.incidents]: declaredAt,
        [company.delivering]: resolvedAt ?? Number.MAX_SAFE_INTEGER,
        ...(state === 'open' && { [company.openIncidents]: declaredAt }),
      }
    }
    case 'arrival':
      return { [company.unclaimedArrivals]: (value as Kept).arrivedAt, ...ofKept(value as Kept) }
    case 'channels':
      return { [company.channels]: 0 }
    case 'proposals': {
      const { state, madeAt } = value as Proposal
      return state === 'open' ? { [company.openProposals]: madeAt } : {}
    }
    case 'taken':
      return { [company.takenProposals]: (value as { at: number }).at }
    case 'status-pages':
      return { [company.statusPages]: 0 }
    case 'alert-sources':
      return { [company.alertSources]: 0 }
    case 'alerts': {
      const { due, alert } = value as AlertRecord
      return due === null ? {} : { [company.dueAlerts]: alert.at }
    }
    case 'playbooks':
      return { [company.playbooks]: 0 }
    case 'quarantined':
      return { [company.quarantined]: (value as Kept).arrivedAt, ...ofKept(value as Kept) }
    case 'people':
      return { [company.people]: 0 }
    case 'links':
      return { [company.links]: (value as { expiresAt: number }).expiresAt }
    case 'tokens':
      return { [company.tokens]: (value as { createdAt: number }).createdAt }
    case 'sessions': {
      const session = value as { personId: string; startedAt: number }
      return { [company.sessions]: session.startedAt, [company.sessionsOf(session.personId)]: session.startedAt }
    }
    default:
      return {}
  }
}

type Kept = { channelId: string; arrivedAt: number; arrival: { from: { address: unknown } } | null }

/** What Muster failed at may have an address that is none. */
function ofKept({ channelId, arrivedAt, arrival }: Kept): Indexes {
  const address = arrival?.from.address
  return typeof address === 'string' ? { [company.keptOf(addressId({ channelId, address }))]: arrivedAt } : {}
}
