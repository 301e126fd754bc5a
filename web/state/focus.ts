import { tick } from 'svelte'

/** Gives the focus to what took the place of something that had it and is gone; takes it from nobody. */
export function keepFocus(successor: () => { focus(): void } | null | undefined): void {
  void tick().then(() => {
    const { activeElement, body } = document
    if (activeElement === null || activeElement === body || !activeElement.checkVisibility()) successor()?.focus()
  })
}

/** Before something changes: if what has the focus goes with it, the successor has it. */
export function outlive(successor: () => { focus(): void } | null | undefined): void {
  const { activeElement, body } = document
  if (activeElement === null || activeElement === body) return
  void tick().then(() => {
    if (!activeElement.isConnected) keepFocus(successor)
  })
}

/** Gives the focus to the first control of what comes late into a dialog that waited for it; takes it from nobody. */
export function begin(content: HTMLElement): void {
  const waits = document.activeElement instanceof HTMLDialogElement && document.activeElement.contains(content)
  if (waits) content.querySelector<HTMLElement>('button, input, select')?.focus()
}

/** Brings what has just come where it is seen from its beginning, and the focus to its first control. */
export function enter(content: HTMLElement): void {
  content.scrollIntoView({ block: 'start' })
  content.querySelector<HTMLElement>('input, select, textarea, button')?.focus({ preventScroll: true })
}
