import type { Network } from './network.ts'
import type { Notebook } from './notebook.ts'
import type { Pauses } from './pauses.ts'
import { forbidden, outage } from './phrases.ts'
import type { Random } from './random.ts'
import { newId } from './responder.ts'
import type { Screen } from './screen.ts'

type Office = { id: string; screen: Screen; incidentId: string; notebook: Notebook; pauses: Pauses; random: Random }

/** Calls the company up, then brings out new facts every so often; now and then twice at once, as two leads would. */
export async function command(office: Office & { epochEveryMs: number }): Promise<void> {
  const { screen, incidentId, pauses, random, epochEveryMs } = office
  await screen.askUntilAnswered({ id: newId(), type: 'incident/surge', incidentId, on: true })
  while (!pauses.over) {
    await pauses.wait(random.between(0.7, 1.3) * epochEveryMs)
    if (!pauses.over) await publish(office, random.chance(0.3))
  }
}

async function publish({ id, screen, incidentId, notebook }: Office, twice: boolean): Promise<void> {
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

/** What nobody may say under an epoch: it only ever grows. */
export function wordsAt(epoch: number): string[] {
  return forbidden.slice(0, Math.min(forbidden.length, epoch + 1))
}

/** Settles what nobody can know from inside by looking into the network, after leaving it the time to show. */
export async function settle(office: Office & { network: Network; forMs: number }): Promise<void> {
  const { screen, pauses, network, forMs } = office
  const seen = new Map<string, number>()
  for (let now = performance.now(); !pauses.over; now = performance.now()) {
    for (const [replyId, state] of screen.place.picture?.replies ?? []) {
      if (state !== 'uncertain') seen.delete(replyId)
      else if (!seen.has(replyId)) seen.set(replyId, now)
      else if (now - (seen.get(replyId) ?? now) >= forMs) {
        seen.delete(replyId)
        await settleOne(office, replyId, network.shows(replyId))
      }
    }
    await pauses.wait(500)
  }
}

async function settleOne({ screen, incidentId, notebook }: Office, replyId: string, arrived: boolean): Promise<void> {
  const command = { id: newId(), type: 'reply/settle', incidentId, replyId, arrived } as const
  notebook.episode(arrived ? 'settled as arrived' : 'settled as not arrived')
  notebook.answer(await screen.askUntilAnswered(command))
}
