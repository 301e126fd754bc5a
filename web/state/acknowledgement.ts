import type { Responder } from '@muster/shared/incident.ts'

/** How many of how many have read it. */
export type Share = { read: number; of: number }
export type TeamReading = { team: string; here: Share; all: Share }
export type Acknowledgement = { here: Share; all: Share; teams: TeamReading[] }

type Present = { has: (id: string) => boolean }

const collator = new Intl.Collator()

/** Who has read the guidance of this epoch: everybody of the roster is counted once, in their team. The largest team first. */
export function acknowledgementOf(responders: Iterable<Responder>, present: Present, epoch: number): Acknowledgement {
  const teams = new Map<string, TeamReading>()
  const here = nobody()
  const all = nobody()
  for (const responder of responders) {
    const team = teams.get(responder.team) ?? { team: responder.team, here: nobody(), all: nobody() }
    teams.set(responder.team, team)
    const shares = present.has(responder.id) ? [team.all, all, team.here, here] : [team.all, all]
    for (const share of shares) add(share, hasRead(responder, epoch))
  }
  return { here, all, teams: [...teams.values()].sort(byPeople) }
}

/** Those of a team who have not read it; whoever is here first. */
export function unreadBy(responders: Iterable<Responder>, present: Present, epoch: number, team: string): Responder[] {
  const missing: Responder[] = []
  for (const responder of responders) {
    if (responder.team === team && !hasRead(responder, epoch)) missing.push(responder)
  }
  const absence = ({ id }: Responder) => (present.has(id) ? 0 : 1)
  return missing.sort((one, other) => absence(one) - absence(other) || collator.compare(one.name, other.name))
}

export function hasRead({ acknowledged }: Responder, epoch: number): boolean {
  return acknowledged >= epoch
}

/** Whole percent: 100 only when nobody is missing. */
export function percent({ read, of }: Share): number {
  return of === 0 ? 100 : Math.floor((read / of) * 100)
}

function nobody(): Share {
  return { read: 0, of: 0 }
}

function add(share: Share, read: boolean): void {
  share.of += 1
  if (read) share.read += 1
}

function byPeople(one: TeamReading, other: TeamReading): number {
  return other.all.of - one.all.of || collator.compare(one.team, other.team)
}
