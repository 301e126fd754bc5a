import { Deferred } from '../state/deferred.svelte.ts'

/** How lists behave is more code than everything a responder needs at first: it comes in a quiet moment, or when it is asked for. */
export const later = {
  menu: new Deferred(() => import('./menu-list.svelte')),
  picker: new Deferred(() => import('./picker-field.svelte')),
}
