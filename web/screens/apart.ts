import { later } from '../parts/later.ts'
import { learnLengths } from '../state/counting.svelte.ts'
import { Deferred } from '../state/deferred.svelte.ts'
import { learnApart } from '../state/words.ts'

/** What nobody needs before they take a customer. */
export const apart = {
  away: new Deferred(spoken(() => import('./away-news.svelte'))),
  board: new Deferred(spoken(() => import('./board.svelte'))),
  briefing: new Deferred(spoken(() => import('./briefing.svelte'))),
  conversation: new Deferred(spoken(() => import('./conversation.svelte'))),
  declare: new Deferred(spoken(() => import('./declare.svelte'))),
  drill: new Deferred(spoken(() => import('./drill.svelte'))),
  homeAlarms: new Deferred(spoken(() => import('./home-alarms.svelte'))),
  invited: new Deferred(spoken(() => import('./invited.svelte'))),
  join: new Deferred(spoken(() => import('./join.svelte'))),
  lead: new Deferred(spoken(() => import('./lead.svelte'))),
  ownTopics: new Deferred(spoken(() => import('./own-topics.svelte'))),
  password: new Deferred(spoken(() => import('./password.svelte'))),
  queueViews: new Deferred(spoken(() => import('./queue-views.svelte'))),
  reviews: new Deferred(spoken(() => import('./reviews.svelte'))),
  settings: new Deferred(spoken(() => import('./settings.svelte'))),
  wall: new Deferred(spoken(() => import('./wall.svelte'))),
}

/** A screen together with the words only such screens have. */
function spoken<Screen>(load: () => Promise<Screen>): () => Promise<Screen> {
  return async () => {
    const [screen] = await Promise.all([load(), learnApart()])
    return screen
  }
}

/** Before anybody asks for it, so that it opens at once, with or without a connection. */
export async function fetchApart(): Promise<void> {
  const screens = [...Object.values(apart), ...Object.values(later)]
  await Promise.all([learnLengths(), ...screens.map(deferred => deferred.fetch())])
}
