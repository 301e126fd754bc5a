export type Page =
  | { name: 'home' }
  | { name: 'link'; secret: string }
  | { name: 'join'; code: string | null }
  | { name: 'password' }
  | {
      name: 'incident'
      incidentId: string
      view: View
      conversationId: string | null
      section: Sections[keyof Sections] | null
    }
  | { name: 'settings'; tab: SettingsTab }
  | { name: 'nowhere' }

export type View = 'desk' | 'briefing' | 'reviews' | 'lead' | 'board' | 'wall'

export type LeadSection = 'now' | 'guidance' | 'people' | 'read'

export type ReviewSection = 'line' | 'afterwards' | 'load'

/** The views that have parts of their own. */
type Sections = { lead: LeadSection; reviews: ReviewSection }

const sections: Record<Exclude<View, 'desk'>, readonly Sections[keyof Sections][]> = {
  lead: ['now', 'guidance', 'people', 'read'] satisfies LeadSection[],
  reviews: ['line', 'afterwards', 'load'] satisfies ReviewSection[],
  briefing: [],
  board: [],
  wall: [],
}

export type SettingsTab = 'channels' | 'alerts' | 'pages' | 'people' | 'quarantine'

const tabs: readonly string[] = ['channels', 'alerts', 'pages', 'people', 'quarantine'] satisfies SettingsTab[]

export const to = {
  home: '#/',
  password: '#/password',
  join: (code?: string) => (code === undefined ? '#/join' : `#/join/${code}`),
  briefing: (incidentId: string) => `#/incident/${incidentId}/briefing`,
  desk: (incidentId: string) => `#/incident/${incidentId}`,
  conversation: (incidentId: string, conversationId: string) =>
    `#/incident/${incidentId}/conversation/${conversationId}`,
  lead: (incidentId: string, section?: LeadSection) =>
    section === undefined ? `#/incident/${incidentId}/lead` : `#/incident/${incidentId}/lead/${section}`,
  reviews: (incidentId: string, section?: ReviewSection) =>
    section === undefined ? `#/incident/${incidentId}/reviews` : `#/incident/${incidentId}/reviews/${section}`,
  board: (incidentId: string) => `#/incident/${incidentId}/board`,
  wall: (incidentId: string) => `#/incident/${incidentId}/wall`,
  settings: (tab: SettingsTab) => `#/settings/${tab}`,
}

/** The page an address names; `hash` with its leading "#". */
function parse(hash: string): Page {
  const [first = '', second = '', third = '', fourth = ''] = hash.replace(/^#?\/?/, '').split('/')
  if (first === '') return { name: 'home' }
  if (first === 'link' && second !== '') return { name: 'link', secret: second }
  if (first === 'join') return { name: 'join', code: second === '' ? null : second }
  if (first === 'password') return { name: 'password' }
  if (first === 'settings' && tabs.includes(second)) return { name: 'settings', tab: second as SettingsTab }
  if (first === 'incident' && second !== '') return incidentPage(second, third, fourth)
  return { name: 'nowhere' }
}

function incidentPage(incidentId: string, third: string, fourth: string): Page {
  if (Object.hasOwn(sections, third)) {
    const view = third as keyof typeof sections
    const section = sections[view].find(each => each === fourth) ?? null
    return { name: 'incident', incidentId, view, conversationId: null, section }
  }
  const conversationId = third === 'conversation' && fourth !== '' ? fourth : null
  return { name: 'incident', incidentId, view: 'desk', conversationId, section: null }
}

/** Where this screen is: the part of the address behind the "#". */
export class Route {
  #page = $state.raw<Page>(parse(location.hash))
  readonly #changed = () => {
    this.#page = parse(location.hash)
  }

  constructor() {
    window.addEventListener('hashchange', this.#changed)
  }

  get page(): Page {
    return this.#page
  }

  /** Which part of this view is asked for. */
  sectionOf<V extends keyof Sections>(view: V): Sections[V] | null {
    const page = this.#page
    return page.name === 'incident' && page.view === view ? (page.section as Sections[V] | null) : null
  }

  go(address: string): void {
    location.hash = address
  }

  /** Goes without leaving the present address in the browser's history. */
  replace(address: string): void {
    history.replaceState(null, '', address)
    this.#changed()
  }
}
