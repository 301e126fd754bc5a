const controls = 'button, a[href], input, select, textarea, summary, [tabindex="0"]'

/** The control a hint speaks of: the first one in its holder. */
export function controlIn(holder: HTMLElement): HTMLElement | null {
  return holder.querySelector<HTMLElement>(controls)
}

/** Lets screen readers read the hint with its control. */
export function describe(holder: HTMLElement, id: string, keys: string | undefined): (() => void) | undefined {
  const control = controlIn(holder)
  if (!control) return undefined
  const before = control.getAttribute('aria-describedby')
  control.setAttribute('aria-describedby', before ? `${before} ${id}` : id)
  if (keys) control.setAttribute('aria-keyshortcuts', keys)
  return () => {
    if (before) control.setAttribute('aria-describedby', before)
    else control.removeAttribute('aria-describedby')
  }
}
