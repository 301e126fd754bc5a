import type { Command } from '@muster/shared/command.ts'
import type { Outcome } from '@muster/shared/refusal.ts'
import type { Notebook } from './notebook.ts'
import type { Outside } from './outside.ts'
import type { Pauses } from './pauses.ts'
import { forbidden, outage } from './phrases.ts'
import type { Random } from './random.ts'
import { newId } from './responder.ts'
import type { Screen } from './screen.ts'
import { type Library, subjectNames, wordingOf } from './wordings.ts'

type Office = { id: string; screen: Screen; incidentId: string; notebook: Notebook; pauses: Pauses; random: Random }
type Commanding = Office & { library: Library; epochEveryMs: number; now: () => number }

/** Calls the company up, then brings out new guidance every so often: facts, and wordings that come, change and go. */
export async function command(office: Commanding): Promise<void> {
  const { screen, incidentId, pauses, random, epochEveryMs } = office
  await screen.askUntilAnswered({ id: newId(), type: 'incident/surge', incidentId, on: true })
  for (let time = random.below(publications.length); !pauses.over; time++) {
    await pauses.wait(random.between(0.7, 1.3) * epochEveryMs)
    if (!pauses.over) await publications[time % publications.length]?.(office)
  }
}

/** In turn, so that a short drill meets each of them. */
const publications: readonly ((office: Commanding) => Promise<void>)[] = [
  office => publishFacts(office, office.random.chance(0.5)),
  office => publishWording(office, null),
  retractWording,
  office => publishFacts(office, false),
  office => publishWording(office, Math.round(office.now() + office.random.between(0.3, 0.8) * office.epochEveryMs)),
]

/** Now and then twice at once, as two leads would. */
async function publishFacts({ id, screen, incidentId, notebook }: Commanding, twice: boolean): Promise<void> {
  const { epoch } = screen.facts
  const publication = () => ({
    id: newId(),
    type: 'facts/publish' as const,
    incidentId,
    epoch,
    know: `${outage.know} Update ${epoch}.`,
    maySay: outage.maySay,
    mustNotSay: wordsAt(epoch + 1),
    example: '',
    nextUpdateAt: null,
  })
  const asked = [publication(), ...(twice ? [publication()] : [])]
  const outcomes = await Promise.all(asked.map(one => screen.askUntilAnswered(one)))
  for (const outcome of outcomes) notebook.answer(outcome)
  const refused = outcomes.find(outcome => outcome?.type === 'refused')
  if (twice) notebook.tempted('second publication', id, refused ?? outcomes[1] ?? null)
}

/** One that was taken back comes again, else another takes the place of one. */
async function publishWording(office: Commanding, expiresAt: number | null): Promise<void> {
  const { screen, incidentId, random, library } = office
  const { epoch } = screen.facts
  const gone = subjectNames.filter(name => library.textOf(`drill-${name}`) === null)
  const wording = wordingOf(random.pick(gone.length > 0 ? gone : subjectNames), epoch + 1, random, expiresAt)
  await replace(office, wording.id, { id: newId(), type: 'wording/publish', incidentId, epoch, wording })
}

async function retractWording(office: Commanding): Promise<void> {
  const { screen, incidentId, random, library } = office
  const there = subjectNames.map(name => `drill-${name}`).filter(id => library.textOf(id) !== null)
  if (there.length === 0) return publishWording(office, null)
  const wordingId = random.pick(there)
  const { epoch } = screen.facts
  await replace(office, wordingId, { id: newId(), type: 'wording/retract', incidentId, epoch, wordingId })
}

/** What stood there is yesterday's once the lead knows that it is. */
async function replace({ screen, notebook, library }: Commanding, id: string, asked: Command): Promise<void> {
  const former = library.textOf(id)
  const outcome: Outcome | null = await screen.askUntilAnswered(asked)
  notebook.answer(outcome)
  if (outcome?.type === 'done' && former !== null) library.retired.push(former)
}
/** What nobody may say under an epoch: it only ever grows. */
export function wordsAt(epoch: number): string[] {
  return forbidden.slice(0, Math.min(forbidden.length, epoch + 1))
}

/** Settles what nobody can know from inside by looking into the network, after leaving it the time to show. */
export async function settle(office: Office & { network: Outside; forMs: number }): Promise<void> {
  const { screen, pauses, network, forMs } = office
  const seen = new Map<string, number>()
  for (let now = performance.now(); !pauses.over; now = performance.now()) {
    const replies = [...(screen.place.picture?.replies.values() ?? [])]
    const open = replies.filter(({ state }) => state === 'uncertain')
    for (const id of seen.keys()) if (!open.some(reply => reply.id === id)) seen.delete(id)
    for (const reply of open) {
      const since = seen.get(reply.id) ?? now
      seen.set(reply.id, since)
      if (now - since < forMs) continue
      seen.delete(reply.id)
      await settleOne(office, reply.id, network.look(reply))
    }
    await pauses.wait(500)
  }
}

/** `arrived` is null where its channel will find out. */
async function settleOne(
  { screen, incidentId, notebook }: Office,
  replyId: string,
  arrived: boolean | null,
): Promise<void> {
  if (arrived === null) return
  const command = { id: newId(), type: 'reply/settle', incidentId, replyId, arrived } as const
  notebook.episode(arrived ? 'settled as arrived' : 'settled as not arrived')
  notebook.answer(await screen.askUntilAnswered(command))
}
