const storageKey = 'muster/single-keys'

export type Shortcut = { keys: readonly string[]; act: () => void }

/** Single letters as shortcuts. They can be turned off, for those whose voice or hand presses keys by the way. */
export class Shortcuts {
  #on = $state(localStorage.getItem(storageKey) !== 'off')

  get on(): boolean {
    return this.#on
  }

  set on(on: boolean) {
    this.#on = on
    localStorage.setItem(storageKey, on ? 'on' : 'off')
  }

  /** Acts on the key, unless somebody is writing, a dialog is open, or letters are off. */
  press(event: KeyboardEvent, shortcuts: readonly Shortcut[]): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (writes(event.target) || document.querySelector('dialog[open], :popover-open:not([role=tooltip])')) return
    if (event.key.length === 1 && !this.#on) return
    const shortcut = shortcuts.find(({ keys }) => keys.includes(event.key))
    if (!shortcut) return
    event.preventDefault()
    shortcut.act()
  }
}

function writes(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

export const shortcuts = new Shortcuts()
