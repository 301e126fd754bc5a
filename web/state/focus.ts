import { tick } from 'svelte'

/** Gives the focus to what took the place of something that had it and is gone; takes it from nobody. */
export function keepFocus(successor: () => { focus(): void } | null | undefined): void {
  void tick().then(() => {
    const { activeElement, body } = document
    if (activeElement === null || activeElement === body || !activeElement.checkVisibility()) successor()?.focus()
  })
}
