import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const web = resolve(import.meta.dirname, '../../web')
const folder = join(web, 'words')
const languages = readdirSync(folder)
  .filter(file => file.endsWith('.json'))
  .map(file => file.replace('.json', ''))

type Texts = { readonly [name: string]: string | Texts }

const fileOf = (path: string): Texts => JSON.parse(readFileSync(join(folder, path), 'utf8'))

/** Every text of a language by its whole key, `desk.takeNext`: those of the first moment, and those that come later. */
function textsOf(language: string): Map<string, string> {
  const flat = (texts: Texts, under: string): [string, string][] =>
    Object.entries(texts).flatMap(([name, text]) =>
      typeof text === 'string' ? [[under + name, text]] : flat(text, `${under}${name}.`),
    )
  const [first, apart] = [fileOf(`${language}.json`), fileOf(`apart/${language}.json`)]
  return new Map([...flat(first, ''), ...flat(apart, '')])
}

const plural = /_(zero|one|two|few|many|other)$/
const formOf = (key: string) => plural.exec(key)?.[1]
const baseOf = (key: string) => key.replace(plural, '')
const english = textsOf('en')

function blanksOf(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g), ([, blank]) => String(blank)))].sort()
}

/** By key without its plural form, the blanks of its fullest form, `other`: "One customer" needs no number. */
function blanksByKey(texts: Map<string, string>): Record<string, string[]> {
  const whole = [...texts].filter(([key]) => (formOf(key) ?? 'other') === 'other')
  return Object.fromEntries(whole.map(([key, text]) => [baseOf(key), blanksOf(text)]))
}

describe.each(languages)('in %s', language => {
  const texts = textsOf(language)

  test('[WB2] every text is there, with the same blanks, and none is empty', () => {
    const blanks = blanksByKey(texts)
    expect(blanks).toEqual(blanksByKey(english))
    const more = [...texts].filter(([key, text]) => blanksOf(text).some(blank => !blanks[baseOf(key)]?.includes(blank)))
    expect(more).toEqual([])
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  test('[WB2] a text that counts has every plural form of its language', () => {
    const forms = new Set(new Intl.PluralRules(language).resolvedOptions().pluralCategories)
    const counting = Map.groupBy([...texts.keys()].filter(formOf), baseOf)
    expect(counting.size).toBeGreaterThan(0)
    for (const [key, found] of counting) expect(new Set(found.map(formOf)), key).toEqual(forms)
  })

  test('[WB2] no text carries markup or another text', () => {
    expect([...texts].filter(([, text]) => /[<>]|\$t\(/.test(text))).toEqual([])
  })
})

const components = readdirSync(web, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.svelte') && !/(^|\/)(node_modules|dist)\//.test(file))
  .map(file => join(web, file))

/** A component without its script, style and comments. */
function markupOf(path: string): string {
  return readFileSync(path, 'utf8')
    .replace(/<script[\s\S]*?<\/script>/g, '')
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/<!--[\s\S]*?-->/g, '')
}

/** What stands in braces, and what is left without it. */
function apart(markup: string): { expressions: string[]; rest: string } {
  let depth = 0
  let rest = ''
  const expressions: string[] = []
  for (const character of markup) {
    if (character === '{' && depth++ === 0) expressions.push('')
    if (depth === 0) rest += character
    else expressions[expressions.length - 1] += character
    if (character === '}') depth -= 1
  }
  return { expressions, rest }
}

const letters = /\p{L}{2,}/u
const spoken = /\b(?:label|title|aria-label|placeholder|hint|legend|note|empty|alt)="([^"]*)"/g
/** The product's name and the names of keys are the same in every language. */
const names = /\bMuster\b|\b(?:Escape|Enter)\b/g

function wordsIn(path: string): string[] {
  const { expressions, rest } = apart(markupOf(path))
  const nodes = rest.split(/<[^<>]*>/)
  const attributes = Array.from(rest.matchAll(spoken), ([, value]) => value ?? '')
  const literals = expressions.flatMap(each =>
    Array.from(each.matchAll(/(['"`])((?:(?!\1).)*)\1/g), ([, , text]) => text),
  )
  const sentences = literals.filter(text => text !== undefined && /^\p{Lu}\p{Ll}|\p{L}{2,}[.,;:]? \p{L}/u.test(text))
  return [...nodes, ...attributes, ...sentences]
    .map(text => String(text).replace(names, '').trim())
    .filter(text => letters.test(text))
    .map(text => `${relative(web, path)}: ${text}`)
}

test('[WB2] no component has words of its own', () => {
  expect(components.length).toBeGreaterThan(50)
  expect(components.flatMap(wordsIn)).toEqual([])
})

const sources = [
  ...components,
  ...['state', '.'].flatMap(room => readdirSync(join(web, room)).map(file => join(web, room, file))),
].filter(path => /\.(svelte|ts)$/.test(path))
const asked = sources.map(path => readFileSync(path, 'utf8')).join('\n')

test('[WB2] no blank is shown unfilled', () => {
  const bare = Array.from(asked.matchAll(/\bsay\('([\w.-]+)'\)/g), ([, key]) => key ?? '')
  const blanks = blanksByKey(english)
  expect(bare.filter(key => (blanks[key] ?? []).length > 0)).toEqual([])
})

/** What a file brings with it when it is loaded, and what that brings: types and what comes later are no part of it. */
function loadedWith(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found
  found.add(path)
  const imported = /^\s*import\s+(?!type\b)(?:[^'"]*?from\s*)?['"](\.[^'"]+\.(?:ts|svelte))['"]/gm
  for (const [, to] of readFileSync(path, 'utf8').matchAll(imported))
    loadedWith(resolve(dirname(path), to ?? ''), found)
  return found
}

test('[WB2] what is loaded at first says nothing whose words come later', () => {
  const first = [...loadedWith(join(web, 'main.ts'))]
  expect(first.length).toBeGreaterThan(50)
  const late = Object.keys(fileOf('apart/en.json'))
  const early = first.flatMap(path =>
    Array.from(readFileSync(path, 'utf8').matchAll(/['"`]([a-z]\w*)\.[\w$]/gi), ([, section]) => section ?? '')
      .filter(section => late.includes(section))
      .map(section => `${relative(web, path)}: ${section}`),
  )
  expect(early).toEqual([])
})

test('[WB2] every text is shown somewhere', () => {
  const written = new Set(Array.from(asked.matchAll(/['`]([a-z]\w*(?:\.[\w-]+)+)['`]/gi), ([, key]) => key))
  const begun = Array.from(asked.matchAll(/`((?:[a-z]\w*\.)+)\$\{/gi), ([, start]) => start ?? '')
  const unused = [...english.keys()]
    .map(baseOf)
    .filter(key => !written.has(key) && !begun.some(start => key.startsWith(start)))
  expect(unused).toEqual([])
})

/** A source without markup, comments and what is thrown, which whoever mends it reads. */
function codeOf(path: string): string {
  return readFileSync(path, 'utf8').replace(
    /<script[^>]*>|<\/script>[\s\S]*|\/\*[\s\S]*?\*\/|^\s*\/\/.*$|new Error\(.*\)/gm,
    '',
  )
}

test('[WB2] no code of the screens has sentences of its own', () => {
  const found = sources.flatMap(path => {
    const literals = Array.from(codeOf(path).matchAll(/(['"`])((?:(?!\1).)*)\1/g), ([, , text]) => text ?? '')
    return literals
      .filter(text => /^\p{Lu}\p{Ll}*[,;:]? \p{L}/u.test(text))
      .map(text => `${relative(web, path)}: ${text}`)
  })
  expect(found).toEqual([])
})
