import type { Snapshot } from '@muster/shared/protocol.ts'
import type { Crowd } from './crowd.ts'
import type { ScreenEnd } from './observation.ts'
import { differenceOf, type Picture, pictureOf } from './picture.ts'

const mostAttempts = 10
const catchUpMs = 20_000

/**
 * Holds every screen against a fresh snapshot at the same position. While the room still moves, a screen may be ahead of
 * the snapshot: then another is fetched.
 */
export async function compareScreens(crowd: Crowd, fetch: () => Promise<Snapshot>): Promise<ScreenEnd[]> {
  let snapshot = await fetch()
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    await caughtUp(crowd, snapshot.at.seq)
    if (crowd.seats.every(({ screen }) => (screen.place.at?.seq ?? 0) <= snapshot.at.seq)) break
    snapshot = await fetch()
  }
  const fresh = pictureOf(snapshot)
  return crowd.seats.map(({ persona, screen, whole }) => {
    const at = screen.place.at?.seq ?? 0
    const difference =
      at === snapshot.at.seq
        ? pictureDifference(whole, screen.place.picture, fresh)
        : `is at ${at} of ${snapshot.at.seq}`
    return { person: persona.name, gaps: screen.place.gaps, difference }
  })
}

function pictureDifference(whole: boolean, held: Picture | null, fresh: Picture): string | null {
  if (!whole) return null
  return held === null ? 'shows nothing' : differenceOf(held, fresh)
}

async function caughtUp(crowd: Crowd, seq: number): Promise<void> {
  const until = performance.now() + catchUpMs
  const behind = () => crowd.seats.some(({ screen }) => !screen.live || (screen.place.at?.seq ?? 0) < seq)
  while (behind() && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 50))
}
