/** What delivery has its store commit, and what people have it commit about a reply. */
export const commits = [
  'budget/spend',
  'delivery/take',
  'delivery/sent',
  'delivery/again',
  'delivery/limited',
  'delivery/failed',
  'delivery/uncertain',
  'budget/hear',
  'lane/tried',
  'delivery/take-over',
  'delivery/seek',
  'delivery/absent',
  'reply/submit',
  'reply/settle',
] as const

const moments = ['before', 'during', 'after'] as const
const asked = ['look', 'read', 'send', 'find'] as const
const networks = [
  'send arrives',
  'send is cut off',
  'send is shown',
  'send is answered',
  'find arrives',
  'find is answered',
] as const

export type Commit = (typeof commits)[number]
export type NetworkStep = (typeof networks)[number]
/** `during`: the transaction is made and not yet committed, or Redis has been asked and not answered. */
export type OwnStep = `${Commit} ${(typeof moments)[number]}` | `${(typeof asked)[number]} ${'before' | 'after'}`
export type Step = OwnStep | NetworkStep

/** Every step of delivery at which a server can die, by itself or in a network's hands. */
export const steps: readonly Step[] = [
  ...commits.flatMap(commit => moments.map(moment => `${commit} ${moment}` as const)),
  ...asked.flatMap(what => [`${what} before`, `${what} after`] as const),
  ...networks,
]
