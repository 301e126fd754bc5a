import type { Answered, Channel } from '@muster/server/channels/channel.ts'
import type { Closed } from '@muster/shared/closed.ts'
import type { Desk } from './workbench.ts'

const failures = ['refuses', 'refuses for now', 'wants no more', 'says nothing', 'is away'] as const
/** Nothing leaves. */
export type Failure = (typeof failures)[number]

/**
 * What becomes of the replies a channel sends. `wants no more`: its network takes nothing from the account for now, and says
 * for how long. `takes in silence`: it takes the reply and breaks off, and can be read. `says nothing`: neither. `answers
 * nobody`: nothing that comes by this channel can be answered, where that depends on its settings.
 */
export const troubles = [...failures, 'takes in silence', 'answers nobody'] as const
export type Trouble = (typeof troubles)[number] | null

/** `unanswerable`: its network, or its channel's settings, let nobody answer it. */
export type Written = { id: string; name: string; subject: string; text: string; unanswerable?: boolean }

export type Opened = { channel: Channel; logged: string[] }

/** `isPublic`: others than who was answered can read it. */
export type Delivered = { id: string; text: string; isPublic: boolean }

/** What a network can do: what it cannot do its channel is held to say nothing of. */
export type Abilities = {
  idempotency: Channel['idempotency']
  /** Whether it would surely show a reply that it has. */
  provesAbsence: boolean
  /** Whether what came meanwhile is read afterwards; else its network calls, and calls again for what was not taken. */
  readsOn: boolean
  /** What its senders can do to a message they wrote so that its channel tells it. */
  changes: { edited: boolean; deleted: boolean }
  /** Whether a message has a subject. */
  subjects: boolean
  /** Whether what is written there can be read by others, and there is another way that nobody can read. */
  isPublic: boolean
  /** Why one cannot be answered of which that is known as it comes, and the other way; null where every one can. */
  closes: { why: Closed['why']; how: NonNullable<Closed['otherWay']>['how'] | null } | null
  /** Whether its texts have a longest. */
  isLimitedInLength: boolean
  /** `documented`: how many may be sent is known beforehand. `told`: each answer says how many are left. */
  limits: { documented: boolean; told: boolean }
  /** When one that wants no more may be asked again, in ms: by what it said, or where it says nothing by what is known of it. */
  pauseMs: number
}

/** A network with a customer on it, and a channel to it. */
export type Bench = {
  secrets: readonly string[]
  /** A channel whose replies meet with this trouble; with `internalHosts` other than this machine where given. */
  open(trouble: Trouble, internalHosts?: readonly string[]): Promise<Opened>
  /** Lets go on what the network brings by calling, where it does. */
  attach(desk: Desk): void
  /** What a reply answers, for networks where a reply must answer something. */
  answering: Answered | null
  /** A text as its network shows it. */
  reads(text: string): string
  /** Writes it, or has the network bring it again where it was written before. */
  write(message: Written): Promise<void>
  /** Has all of them come several times and the later ones first, as far as its network does such things. */
  disorder(messages: readonly Written[]): Promise<void>
  /** Writes to the account alone; where that is the only way, as `write` does. */
  writeDirectly(message: Written): Promise<void>
  /** What its sender would do to have it say this. */
  edit(id: string, text: string): Promise<void>
  /** What its sender would do to take it away. */
  remove(id: string): Promise<void>
  /** Lets pass what its channel leaves between two looks at one message, where it looks by the clock. */
  pass(): void
  /** What reached the customer, each with the id it came under. */
  delivered(): Promise<Delivered[]>
  end(): Promise<void>
}
