import { builtIn, readViews, type SavedView, sameView, type View } from './views.ts'
import { say } from './words.ts'

const most = 30

/** The views one person named, kept on this machine, beside those that are always there. */
export class SavedViews {
  readonly #key: string
  readonly #storage: Storage
  #all = $state.raw<readonly SavedView[]>([])

  constructor(personId: string, storage: Storage = localStorage) {
    this.#key = `muster/views/${personId}`
    this.#storage = storage
    this.#all = readViews(storage.getItem(this.#key))
  }

  readonly builtIn: readonly SavedView[] = [
    { id: 'everybody', name: say('views.everybody'), view: builtIn.everybody },
    { id: 'myTopics', name: say('views.myTopics'), view: builtIn.myTopics },
    { id: 'unseen', name: say('queue.unseen'), view: builtIn.unseen },
    { id: 'urgent', name: say('queue.urgent'), view: builtIn.urgent },
  ]

  /** By name. */
  get all(): readonly SavedView[] {
    return this.#all
  }

  /** What a view is called; null while nobody named it. The plain one needs no name. */
  nameOf(view: View): string | null {
    if (sameView(view, builtIn.everybody)) return null
    return [...this.#all, ...this.builtIn].find(each => sameView(each.view, view))?.name ?? null
  }

  get full(): boolean {
    return this.#all.length >= most
  }

  /** Under a name that is there already it takes that one's place. False where this browser keeps nothing. */
  keep(name: string, view: View): boolean {
    const former = this.#all.find(each => each.name === name)
    return this.#set([...this.#without(former?.id), { id: former?.id ?? crypto.randomUUID(), name, view }])
  }

  rename(id: string, name: string): boolean {
    return this.#set(this.#all.map(each => (each.id === id ? { ...each, name } : each)))
  }

  remove(id: string): boolean {
    return this.#set(this.#without(id))
  }

  #without(id: string | undefined): SavedView[] {
    return this.#all.filter(each => each.id !== id)
  }

  #set(views: readonly SavedView[]): boolean {
    this.#all = views.toSorted((one, other) => one.name.localeCompare(other.name))
    try {
      this.#storage.setItem(this.#key, JSON.stringify(this.#all))
      return true
    } catch {
      return false
    }
  }
}
