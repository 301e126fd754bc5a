import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const skipped = new Set(['node_modules', 'dist', '.git', '.ci', 'shots', 'reports', 'data'])

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
    .filter(path => !path.split('/').some(part => skipped.has(part)))
}

const sources = ['shared', 'server', 'web', 'load', 'test']
  .flatMap(filesUnder)
  .filter(path => /\.(ts|mjs|svelte)$/.test(path))

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8')
  const imported = /^\s*(?:import|export)\b(?:[^'";]*?from)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm
  const found = [...text.matchAll(imported)]
  return found.map(([, named, dynamic]) => placeOf(path, named ?? dynamic ?? ''))
}

/** Where an import leads, from the repository's root; a package's name as it stands. */
function placeOf(path: string, specifier: string): string {
  if (specifier.startsWith('.')) return relative(root, resolve(root, dirname(path), specifier))
  return specifier.replace(/^@muster\//, '')
}

/** What a room may reach besides itself and packages. The narrower folder is named first. */
const reaches: [room: string, allowed: RegExp][] = [
  ['shared/', /^shared\//],
  ['server/domain/', /^(shared|server\/domain)\/|^server\/(store\/store|channels\/channel)\.ts$/],
  [
    'server/desk/',
    /^(shared|server\/domain|server\/desk)\/|^server\/(store\/store|channels\/channel|status-pages\/page)\.ts$/,
  ],
  ['server/store/', /^(shared|server\/store)\//],
  ['server/channels/', /^(shared|server\/channels)\//],
  ['server/status-pages/', /^(shared|server\/(status-pages|channels))\//],
  ['server/text/', /^(shared|server\/(text|domain))\//],
  ['server/realtime/', /^(shared|server\/(realtime|desk|domain|insight))\/|^server\/store\/store\.ts$/],
  ['server/auth/', /^(shared|server\/(auth|desk|domain))\/|^server\/store\/store\.ts$/],
  ['server/http/', /^(shared|server\/(http|auth|desk|domain|insight|text))\/|^server\/store\/store\.ts$/],
  ['server/insight/', /^(shared|server\/insight)\//],
  ['web/', /^(shared|web)\//],
]

test('imports lead one way: doors to the desk, the desk to the domain, and nothing names a concrete store, channel or page', () => {
  const wrong = sources.flatMap(path => {
    const [, allowed] = reaches.find(([room]) => path.startsWith(room)) ?? ['', /./]
    const ours = importsOf(path).filter(place => /^(shared|server|web|load|test)\//.test(place))
    return ours.filter(place => !allowed.test(place)).map(place => `${path} → ${place}`)
  })
  expect(wrong).toEqual([])
})

/** What a module brings along when it is loaded: types are gone by then. */
function loadedBy(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path) || !existsSync(join(root, path))) return seen.add(path)
  seen.add(path)
  const text = readFileSync(join(root, path), 'utf8')
  const loaded = /^\s*(?:import|export)\s+(?!type\b)(?:[^'";]*?from\s*)?['"]([^'"]+)['"]/gm
  for (const [, specifier = ''] of text.matchAll(loaded)) loadedBy(placeOf(path, specifier), seen)
  return seen
}

// zod compiles its checks as script, which the screens' policy forbids, and weighs as much as a screen.
test('no screen loads a schema: what screens share with the server by value stands apart from zod', () => {
  const wrong = sources.filter(path => path.startsWith('web/') && loadedBy(path).has('zod'))
  expect(wrong).toEqual([])
})

test('the domain reads no clock, no chance, no file and no network', () => {
  const impure = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\brandomUUID\b|\bawait\b|from 'node:(?!crypto)/
  const wrong = sources.filter(
    path => path.startsWith('server/domain/') && impure.test(readFileSync(join(root, path), 'utf8')),
  )
  expect(wrong).toEqual([])
})

const tests = sources.filter(path => path.endsWith('.test.ts') || /^test\/.*contract[\w-]*\.ts$/.test(path))
const titles = tests.flatMap(path =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/\[([A-Z]{2}\d+)\]/g)].map(([, rule]) => rule),
)
const rules = [...readFileSync(join(root, 'SPEC.md'), 'utf8').matchAll(/^- \*\*([A-Z]{2}\d+)\*\*/gm)].map(
  ([, rule]) => rule,
)

test('every rule of SPEC.md is cited by a test, and every citation is a rule', () => {
  expect(rules.filter(rule => !titles.includes(rule))).toEqual([])
  expect([...new Set(titles)].filter(title => !rules.includes(title))).toEqual([])
})

test('no test is left alone, left out or left for later', () => {
  const weak = /\b(?:test|it|describe)\.(?:only|skip|todo|fails)\b/
  expect(tests.filter(path => weak.test(readFileSync(join(root, path), 'utf8')))).toEqual([])
})

test('no file hides behind a name that says nothing', () => {
  const empty = /(?:^|\/)(?:utils?|helpers?|managers?|types|common|misc|service)\.(?:ts|svelte)$/
  expect(sources.filter(path => empty.test(path))).toEqual([])
})

test('no room outgrows its walls: no source over 300 lines, half of them under 80', () => {
  const lengths = sources
    .filter(path => !path.startsWith('test/'))
    .map(path => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n').length }))
  expect(lengths.filter(({ lines }) => lines > 300)).toEqual([])
  const sorted = lengths.map(({ lines }) => lines).sort((one, other) => one - other)
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(80)
})

test('nothing answers a hover where nothing can hover: a tap would leave it lit', () => {
  const screens = sources.filter(path => path.endsWith('.svelte'))
  expect(screens.filter(path => /^\S.*:hover/m.test(readFileSync(join(root, path), 'utf8')))).toEqual([])
})
