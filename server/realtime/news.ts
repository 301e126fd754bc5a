import { CompanyLog } from '../desk/company-log.ts'
import type { LogLine, Store } from '../store/store.ts'
import type { Standing } from './standing.ts'
import type { Sockets } from './surroundings.ts'

type Needs = { io: Sockets; store: Store; standing: Standing; fault: (error: unknown) => void }

/** How often the list of incidents may be called out of date, ms. */
const incidentsMs = 250

/** What changes the answer to "which incidents are there": incidents, proposals, and how much could not be read. */
const listed = new Set([
  'incident/mirrored',
  'proposal/made',
  'proposal/changed',
  'proposal/declared',
  'proposal/reopened',
  'proposal/dismissed',
  'message/quarantined',
  'quarantine/discarded',
])

/** What the company's log means for the screens: who may stay, and that the list of incidents is another. */
export class News {
  readonly #needs: Needs
  readonly #log: CompanyLog
  #due: NodeJS.Timeout | null = null

  constructor(needs: Needs) {
    this.#needs = needs
    this.#log = new CompanyLog({
      store: needs.store,
      heard: lines => this.#hear(lines),
      missed: () => this.#missed(),
      fault: needs.fault,
    })
  }

  async close(): Promise<void> {
    if (this.#due !== null) clearTimeout(this.#due)
    await this.#log.close()
  }

  #hear(lines: readonly LogLine[]): void {
    this.#needs.standing.hear(lines)
    if (lines.some(({ told }) => listed.has(String(told.type)))) this.#incidentsChanged()
  }

  #missed(): void {
    this.#needs.standing.judgeAll()
    this.#incidentsChanged()
  }

  #incidentsChanged(): void {
    this.#due ??= setTimeout(() => {
      this.#due = null
      this.#needs.io.local.emit('incidents')
    }, incidentsMs)
  }
}
