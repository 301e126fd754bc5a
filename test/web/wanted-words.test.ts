import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SavedChannel } from '@muster/shared/channel.ts'
import { NewPassword } from '@muster/shared/endpoint.ts'
import { line } from '@muster/shared/identifier.ts'
import { Topics } from '@muster/shared/incident.ts'
import { Issue, issuesOf } from '@muster/shared/issue.ts'
import { wanted, wantedCodes } from '@muster/shared/wanted.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import german from '../../web/words/de.json' with { type: 'json' }
import english from '../../web/words/en.json' with { type: 'json' }
import { hookChannel } from '../support/post.ts'
import { speak } from './speaking.ts'

function issuesBy(schema: z.ZodType, given: unknown): Issue[] {
  const { error } = schema.safeParse(given)
  return error === undefined ? [] : issuesOf(error, 'whole')
}

const topic = { id: 'cards', name: 'Cards', words: ['card'] }
const cases: [z.ZodType, unknown, wanted: NonNullable<Issue['wanted']>['code'], values: object][] = [
  [z.string(), 1, 'text', {}],
  [line(80), ' ', 'some-text', {}],
  [line(80), 'x'.repeat(81), 'most-characters', { number: 80 }],
  [line(80), 'a\nb', 'one-line', {}],
  [NewPassword.shape.password, 'short', 'least-characters', { number: 12 }],
  [z.array(z.string()), {}, 'list', {}],
  [z.array(z.string()).min(1), [], 'some-entries', {}],
  [z.array(z.string()).min(2), [], 'least-entries', { number: 2 }],
  [Topics, Array(21).fill(topic), 'most-entries', { number: 20 }],
  [Topics, [topic, topic], 'each-once', {}],
  [z.number(), 'a', 'number', {}],
  [z.number().int(), 1.5, 'whole-number', {}],
  [z.number().max(3), 4, 'most', { number: 3 }],
  [z.number().int().min(1), 0, 'least', { number: 1 }],
  [z.number().positive(), 0, 'more-than', { number: 0 }],
  [z.boolean(), 'yes', 'yes-or-no', {}],
  [z.object({}), undefined, 'fields', {}],
  [z.record(z.string(), z.string()), 1, 'fields', {}],
  [z.null(), 1, 'nothing', {}],
  [z.enum(['firing', 'resolved']), 'burning', 'one-of', { list: 'firing, resolved' }],
  [z.union([z.string(), z.number()]), null, 'known-shape', {}],
  [z.url({ error: wanted['web-address'] }), 'x', 'web-address', {}],
  [
    SavedChannel,
    { ...hookChannel('posts').channel, settings: mailbox(), lagObjectiveMs: 6_000 },
    'least-seconds',
    { number: 20 },
  ],
]

function mailbox(): object {
  const smtp = { host: 'mail.example.com', port: 25, security: 'none', user: '' }
  const imap = { ...smtp, port: 143 }
  return { kind: 'mail', inbound: null, address: 'help@example.com', mailbox: 'INBOX', imap, smtp }
}

test.each(cases)(
  '[WB131] what is wrong with a field says what is wanted, by a code: %#',
  (schema, given, code, values) => {
    const [issue] = issuesBy(schema, given)
    expect(issue).toMatchObject({ expected: expect.stringMatching(/^expected /), wanted: { code, values } })
    expect(Issue.parse(issue)).toEqual(issue)
  },
)

test('[WB131] what no general rule says of a text is wanted in words of its own, and no schema says it otherwise', () => {
  const shared = resolve(import.meta.dirname, '../../shared')
  const files = readdirSync(shared).filter(file => file.endsWith('.ts') && file !== 'wanted.ts' && file !== 'issue.ts')
  const said = files.flatMap(file =>
    readFileSync(join(shared, file), 'utf8')
      .split('\n')
      .filter(each => /['"`]expected /.test(each) && !/\.(?:min|max)\(.*['"`]expected |const message = /.test(each))
      .map(each => `${file}: ${each.trim()}`),
  )
  expect(said).toEqual([])
})

test('[WB131] nothing that is wanted of a field lacks its words in a language', () => {
  for (const words of [english, german]) expect(Object.keys(words.wanted).sort()).toEqual([...wantedCodes].sort())
})

describe.each(['en', 'de'] as const)('in %s', language => {
  let words: typeof import('../../web/state/sentences.ts')

  beforeAll(async () => {
    await speak(language)
    words = await import('../../web/state/sentences.ts')
  })

  test('[WB131] each is said in words of its own', () => {
    const said = wantedCodes.map(code => words.wantedWords({ code, values: { number: 2_000, list: 'firing' } }) ?? '')
    expect(new Set(said).size).toBe(wantedCodes.length)
    for (const each of said)
      expect(each).toMatch(language === 'de' ? /^erwartet w(?:ird|erden) [^{}]+$/ : /^expected [^{}]+$/)
    if (language === 'de') expect(said.join(' ')).not.toMatch(/\b(?:expected|the|of|at)\b/)
  })

  test('[WB131] a form that was not taken says so of each field; what has no code stands as the server said it', () => {
    const said = words.issuesSentence([
      ...issuesBy(z.object({ name: line(80) }), { name: '' }),
      { field: 'team', expected: 'expected more' },
    ])
    const name = language === 'de' ? 'Name: erwartet wird ein Text, der nicht leer ist.' : 'Name: expected some text.'
    expect(said).toBe(`${name} Team: expected more.`)
  })

  test('[WB131] of a mailbox it says which of its two servers is meant', () => {
    const said = words.issuesSentence(
      ['imap', 'smtp'].map(server => ({ field: `channel.settings.${server}.host`, expected: 'expected more' })),
    )
    expect(said).toBe('Server (IMAP): expected more. Server (SMTP): expected more.')
  })
})
