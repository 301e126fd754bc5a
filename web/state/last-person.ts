const key = 'muster/person'

/** Who was last signed in in this browser, for when there is no server to ask; forgotten when they leave. */
export const lastPerson = {
  get(): string | null {
    try {
      return localStorage.getItem(key)
    } catch {
      return null
    }
  },

  keep(id: string): void {
    try {
      localStorage.setItem(key, id)
    } catch {
      // A browser that keeps nothing keeps no texts either.
    }
  },

  forget(): void {
    try {
      localStorage.removeItem(key)
    } catch {
      // There is nothing to forget.
    }
  },
}
