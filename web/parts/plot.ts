import 'uplot/dist/uPlot.min.css'
import uPlot from 'uplot'

export type Tone = 'accent' | 'good' | 'warn'
type Values = readonly (number | null)[]

export type Look = {
  kind: 'bars' | 'area' | 'lines'
  lines: readonly { tone: Tone; dashed?: boolean }[]
  timeOf: (at: number) => string
  figure: (value: number) => string
  /** The place of the minute under the pointer; null when there is none. */
  onpoint: (place: number | null) => void
}

const minute = 60_000
const leastMinutes = 15
/** Nothing is counted in halves. */
const steps = [1, 2, 5]
  .flatMap(step => Array.from({ length: 7 }, (_, power) => step * 10 ** power))
  .sort((a, b) => a - b)

/** A drawn chart. Its colours are the tokens that hold where it stands, read anew each time it is drawn. */
export class Plot {
  readonly #plot: uPlot
  readonly #resizes: ResizeObserver
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)')
  readonly #redraw = () => this.#plot.redraw(true, true)
  readonly #themes = new MutationObserver(this.#redraw)

  constructor(box: HTMLElement, look: Look) {
    this.#plot = new uPlot(optionsFor(box, look), [[], ...look.lines.map(() => [])], box)
    this.#resizes = new ResizeObserver(() => this.#plot.setSize(sizeOf(box)))
    this.#resizes.observe(box)
    this.#scheme.addEventListener('change', this.#redraw)
    this.#themes.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  }

  show(times: readonly number[], lines: readonly Values[]): void {
    this.#plot.setData([[...times], ...lines.map(values => [...values])])
  }

  end(): void {
    this.#resizes.disconnect()
    this.#scheme.removeEventListener('change', this.#redraw)
    this.#themes.disconnect()
    this.#plot.destroy()
  }
}

function sizeOf(box: HTMLElement): { width: number; height: number } {
  return { width: box.clientWidth, height: box.clientHeight }
}

function optionsFor(box: HTMLElement, look: Look): uPlot.Options {
  const style = getComputedStyle(box)
  const token = tokensOf(box)
  const axis: uPlot.Axis = {
    stroke: token('ink-quiet'),
    font: `${style.fontSize} ${style.fontFamily}`,
    grid: { stroke: token('line'), width: 1 },
    ticks: { show: false },
  }
  return {
    ...sizeOf(box),
    ms: 1,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      ...(look.kind === 'bars' && { points: { show: false } }),
      sync: { key: 'charts', setSeries: false },
    },
    scales: {
      x: { range: (_, first, last) => [Math.min(first, last - leastMinutes * minute) - minute / 2, last + minute / 2] },
      y: { range: (_, __, most) => [0, Math.max(4, (most ?? 0) * 1.1)] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 64, size: 28, values: (_, splits) => splits.map(look.timeOf) },
      { ...axis, incrs: steps, space: 32, size: 40, values: (_, splits) => splits.map(look.figure) },
    ],
    series: [{}, ...look.lines.map(line => lineFor(line, look.kind, token))],
    hooks: { setCursor: [({ cursor }) => look.onpoint(cursor.idx ?? null)] },
  }
}

/** Reads the tokens as colours a canvas understands: one that holds two themes is one of them only where it is used. */
function tokensOf(box: HTMLElement): (name: string) => () => string {
  const probe = box.appendChild(document.createElement('i'))
  probe.hidden = true
  return name => () => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
}

function lineFor({ tone, dashed }: Look['lines'][number], kind: Look['kind'], token: (name: string) => () => string) {
  const line: uPlot.Series = { stroke: token(tone), width: 2, spanGaps: true, ...(dashed && { dash: [6, 4] }) }
  if (kind === 'area') return { ...line, fill: token(`${tone}-soft`) }
  const { bars } = uPlot.paths
  return kind === 'bars' && bars ? { ...line, width: 0, fill: token(tone), paths: bars({ size: [0.7, 24] }) } : line
}
