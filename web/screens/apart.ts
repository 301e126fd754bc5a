import { later } from '../parts/later.ts'
import { Deferred } from '../state/deferred.svelte.ts'

/** What nobody needs to take a customer and answer. */
export const apart = {
  board: new Deferred(() => import('./board.svelte')),
  declare: new Deferred(() => import('./declare.svelte')),
  drill: new Deferred(() => import('./drill.svelte')),
  lead: new Deferred(() => import('./lead.svelte')),
  password: new Deferred(() => import('./password.svelte')),
  settings: new Deferred(() => import('./settings.svelte')),
}

/** Before anybody asks for it, so that it opens at once, with or without a connection. */
export async function fetchApart(): Promise<void> {
  await Promise.all([...Object.values(apart), ...Object.values(later)].map(deferred => deferred.fetch()))
}
