import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const tokens = readFileSync(resolve(import.meta.dirname, '../../web/style/tokens.css'), 'utf8')
const colours = new Map(
  [...tokens.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name = '', light = '', dark = '']) => [
    name,
    { light, dark },
  ]),
)

/** What is written on what. A part that writes on another ground adds it here. */
const inks: Record<string, readonly string[]> = {
  ink: ['ground', 'surface', 'sunken', 'accent-soft', 'good-soft', 'warn-soft', 'danger-soft', 'drill-soft'],
  'ink-quiet': ['ground', 'surface', 'sunken', 'accent-soft', 'good-soft', 'warn-soft', 'danger-soft', 'drill-soft'],
  accent: ['ground', 'surface', 'sunken', 'accent-soft'],
  'accent-strong': ['ground', 'surface', 'sunken', 'accent-soft'],
  'on-accent': ['accent', 'accent-strong'],
  good: ['ground', 'surface', 'sunken', 'good-soft', 'accent-soft'],
  warn: ['ground', 'surface', 'sunken', 'warn-soft', 'accent-soft'],
  danger: ['ground', 'surface', 'sunken', 'danger-soft', 'accent-soft'],
  'on-danger': ['danger'],
  drill: ['surface', 'drill-soft'],
  surface: ['drill'],
}

/** What shows where a control ends, how it stands, or where the focus is. */
const edges: Record<string, readonly string[]> = {
  edge: ['ground', 'surface', 'sunken'],
  accent: ['ground', 'surface', 'sunken', 'accent-soft', 'drill-soft'],
  good: ['surface', 'accent-soft'],
  warn: ['surface'],
  danger: ['surface', 'accent-soft'],
  drill: ['surface'],
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [brighter = 0, darker = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (brighter + 0.05) / (darker + 0.05)
}

describe.each(['light', 'dark'] as const)('in the %s theme', theme => {
  const colourOf = (name: string) => colours.get(name)?.[theme] ?? `no colour ${name}`
  const below = (least: number, pairs: typeof inks) =>
    Object.entries(pairs).flatMap(([mark, grounds]) =>
      grounds
        .map(ground => ({ mark, ground, ratio: contrast(colourOf(mark), colourOf(ground)) }))
        .filter(({ ratio }) => !(ratio >= least)),
    )

  test('[WB3] every ink reaches 4.5:1 on every ground it is used on', () => {
    expect(below(4.5, inks)).toEqual([])
  })

  test('[WB3] edges of controls and the focus ring reach 3:1', () => {
    expect(below(3, edges)).toEqual([])
  })
})

test('[WB3] every colour of the tokens has both themes and is looked at here', () => {
  const looked = new Set(
    [inks, edges].flatMap(pairs => Object.entries(pairs).flatMap(([mark, grounds]) => [mark, ...grounds])),
  )
  // Lines only part what belongs together; nothing is recognised by them alone.
  expect([...colours.keys()].filter(name => !looked.has(name))).toEqual(['line'])
  expect(tokens.match(/#\w{3,8}\b/g)).toHaveLength(colours.size * 2)
})
