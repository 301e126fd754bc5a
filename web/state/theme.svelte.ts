const storageKey = 'muster/theme'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** How this person wants the screens to look, kept on this machine. Worn before anything is shown. */
class Wardrobe {
  #theme: Theme = $state(themes.find(theme => theme === localStorage.getItem(storageKey)) ?? 'system')

  constructor() {
    this.#wear()
  }

  get theme(): Theme {
    return this.#theme
  }

  choose(theme: Theme): void {
    this.#theme = theme
    localStorage.setItem(storageKey, theme)
    this.#wear()
  }

  #wear(): void {
    const { dataset } = document.documentElement
    if (this.#theme === 'system') delete dataset.theme
    else dataset.theme = this.#theme
  }
}

export const wardrobe = new Wardrobe()
