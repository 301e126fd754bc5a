const longMs = 500
/** CSS pixels a resting finger may wander. */
const slack = 10

/** Acts when a finger rests on the element; the click that lifting it makes is none then. */
export function longPress(act: (target: Element) => void): (element: HTMLElement) => () => void {
  return element => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let from = { x: 0, y: 0 }
    let acted = false
    const stop = () => clearTimeout(timer)
    const begin = ({ pointerType, clientX, clientY, target }: PointerEvent) => {
      stop()
      acted = false
      from = { x: clientX, y: clientY }
      if (pointerType === 'mouse' || !(target instanceof Element)) return
      timer = setTimeout(() => {
        acted = true
        act(target)
      }, longMs)
    }
    const wander = ({ clientX, clientY }: PointerEvent) => {
      if (Math.hypot(clientX - from.x, clientY - from.y) > slack) stop()
    }
    const swallow = (event: Event) => {
      if (!acted) return
      event.preventDefault()
      event.stopPropagation()
    }
    const listening = new AbortController()
    const { signal } = listening
    element.addEventListener('pointerdown', begin, { signal })
    element.addEventListener('pointermove', wander, { signal })
    for (const over of ['pointerup', 'pointercancel'] as const) element.addEventListener(over, stop, { signal })
    for (const meant of ['click', 'contextmenu']) element.addEventListener(meant, swallow, { signal, capture: true })
    return () => {
      stop()
      listening.abort()
    }
  }
}
