import { notOpen } from '@muster/server/desk/not-open.ts'
import { Unopened } from '@muster/server/desk/safe.ts'
import { Closed, closedFor, wordsOfClosed } from '@muster/shared/closed.ts'
import { Complaint, complaintOf } from '@muster/shared/complaint.ts'
import { Likeness } from '@muster/shared/likeness.ts'
import type { GateReason, Refusal } from '@muster/shared/refusal.ts'
import { setbackOf } from '@muster/shared/setback.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { speak } from './speaking.ts'

const whys = Closed.shape.why.options
const ways = Closed.shape.otherWay.unwrap().shape.how.options
const forms = [
  ...whys.map(why => closedFor(why, { network: 'Bluesky' })),
  ...ways.map(how => closedFor('blocked', { network: 'Bluesky', how })),
  closedFor('blocked', { network: 'X', how: 'by-hand', account: '@acme', link: 'https://x.com/kim/status/1' }),
]
const said = 'NO [AUTHENTICATIONFAILED] Invalid credentials'
const failure = {
  reason: `The server does not accept the sign-in (${said})`,
  trouble: 'sign-in',
  status: null,
  said,
} as const
const given = { place: 'help@example.com', since: 60_000, failure }
const complaints = Complaint.shape.code.options.map(code => complaintOf(code, given))
const closed = closedFor('not-summoned', { network: 'X', how: 'by-hand', account: '@acme' })
const reasons: GateReason[] = [{ rule: 'closed', weight: 'stop', sentence: wordsOfClosed(closed), values: {}, closed }]

test('[WB131] in English too, for who reads the API: why, and the other way', () => {
  expect(new Set(forms.map(wordsOfClosed)).size).toBe(forms.length)
  for (const form of forms) expect(Closed.parse(form)).toEqual(form)
  expect(wordsOfClosed(closed)).toMatch(/^They neither .+ on X\. Somebody .+ signed in as @acme\.$/)
})

test('[WB131] what is wrong with a channel is an English sentence for who reads the API', () => {
  expect(new Set(complaints.map(({ sentence }) => sentence)).size).toBe(complaints.length)
  expect(complaints[0]?.sentence).toContain(`since 1970-01-01 00:01 UTC: ${failure.reason}. `)
})

describe.each(['en', 'de'] as const)('in %s', language => {
  let closedWords: typeof import('../../web/state/closed-words.ts').closedWords
  let refusalSentence: typeof import('../../web/state/sentences.ts').refusalSentence
  let gate: typeof import('../../web/state/gate-words.ts')

  beforeAll(async () => {
    await speak(language)
    ;({ closedWords } = await import('../../web/state/closed-words.ts'))
    ;({ refusalSentence } = await import('../../web/state/sentences.ts'))
    gate = await import('../../web/state/gate-words.ts')
  })

  test('[WB131] why something cannot be answered and every other way are sentences of their own', () => {
    const said = forms.map(closedWords)
    expect(new Set(said).size).toBe(forms.length)
    for (const sentence of said) expect(sentence).toMatch(/^\p{Lu}[^{}]+\.$/u)
    expect(said.at(-1)).toContain('@acme')
    if (language === 'de') expect(said.join(' ')).not.toMatch(/\b(?:they|their|account|the)\b/i)
  })

  test('[WB131] a refusal, the gate and a reply that came back say it in the same words', () => {
    const words = closedWords(closed)
    const refusal: Refusal = { code: 'cannot-answer', sentence: 'English.', closed }
    expect(refusalSentence(refusal)).toContain(words)
    expect(reasons.map(gate.gateSentence)).toEqual([words])
    expect(gate.backSentence({ reason: 'English.', setbacks: [], reasons })).toBe(words)
  })

  test('[WB131] a reply that did not leave says why, with what its network said as it said it', () => {
    const failed = [setbackOf('not-taken', failure), setbackOf('tried-for-hours')]
    const said = gate.backSentence({ reason: 'English.', setbacks: failed, reasons: [] })
    expect(said).toMatch(language === 'de' ? /^Der Server .+„.*NO .+“\. Es wurde/ : /^Its server .+“.*NO .+”\. It was/)
    const doubted = { reason: 'English.', setbacks: [setbackOf('earlier')], reasons }
    expect(gate.backSentence(doubted)).toMatch(/^[^.]+\. \p{Lu}/u)
    expect(gate.backSentence(doubted)).toContain(closedWords(closed))
  })

  test('[WB131] what is wrong with a channel is said with what its network said, as it said it', async () => {
    const { complaintSentence } = await import('../../web/state/complaint-words.ts')
    const said = complaints.map(complaint => complaintSentence(complaint, 0).replace(/[\u2068\u2069]/g, ''))
    expect(new Set(said).size).toBe(complaints.length)
    for (const sentence of said) expect(sentence).toMatch(/^\p{Lu}[^{}]+[.”“]$/u)
    const kinds = (['status', 'sign-in', 'no-right', 'unreached', 'held', 'other'] as const).flatMap(trouble =>
      [null, 'Bad'].map(words => ({ reason: '', trouble, status: 502, said: words })),
    )
    const told = kinds.map(kind => complaintSentence(complaintOf('unread', { ...given, failure: kind }), 0))
    expect(told.join(' ')).not.toMatch(/\{\{|failure\./)
    expect(told.filter(sentence => sentence.includes('502'))).toHaveLength(2)
    expect(told.filter(sentence => /[“„]/.test(sentence))).toHaveLength(4)
    const ours = complaintOf('seldom', { failure: 'MUSTER_ORIGIN is not set' })
    expect(ours.sentence).toContain('read only now and then: MUSTER_ORIGIN is not set.')
    expect(complaintSentence(ours, 0)).not.toMatch(/[“„]|MUSTER/)
    expect(said[0]).toMatch(
      language === 'de' ? /„NO \[AUTH.+ credentials“\. Es wartet/ : /“NO \[AUTH.+ credentials”\. It waits/,
    )
  })

  test('[CH64] [WB131] a channel that is not open says what to do, and nothing of an error that may hold a secret', async () => {
    const { complaintSentence } = await import('../../web/state/complaint-words.ts')
    const damaged = new Unopened(['token', 'bearer', 'unheardOf'], 'secret-changed')
    const errors = [damaged, new Unopened(['password'], 'key-missing'), new Error('hunter2')]
    const told = errors.map(error => notOpen('not-opened', error, 'reference-7'))
    const [changed = '', keyless = '', ours = ''] = told.map(complaint => complaintSentence(complaint, 0))
    const [names, settings] =
      language === 'de'
        ? ['Zugangstoken, Bearer-Token und unheardOf', 'Einstellungen, Kanäle']
        : ['access token, bearer token, and unheardOf', 'Settings, Channels']
    expect(changed).toContain(names)
    for (const sentence of [changed, keyless, ours]) expect(sentence).toContain(settings)
    expect(keyless).toContain('MUSTER_SECRET_KEY_OLD')
    expect(ours).toContain('reference-7')
    expect(JSON.stringify([told, ours])).not.toContain('hunter2')
    const kinds = Complaint.shape.trouble.unwrap().options
    const every = kinds.map(trouble => {
      const about = { reason: '', status: 502, said: 'mail.example.com', secrets: ['token'], reference: 'r' }
      return complaintSentence(complaintOf('seldom', { failure: { trouble, ...about } }), 0)
    })
    expect(new Set(every).size).toBe(kinds.length)
    expect(every.join(' ')).not.toMatch(/\{\{|failure\./)
    for (const { sentence } of told) expect(sentence).toMatch(/^It could not be opened: .+[^.]\. Until .+\.$/)
  })

  test('[WB131] why two are perhaps one human, with the address that says so', async () => {
    const { say } = await import('../../web/state/words.ts')
    const said = Likeness.shape.why.options.map(why => say(`maybe.${why}`, { address: 'kim@example.com' }))
    expect(new Set(said).size).toBe(4)
    expect(said.filter(words => words.includes('kim@example.com'))).toHaveLength(2)
  })

  test('[WB131] [CL31] a slowed lane says when a reply begun now would leave, or why nobody can tell', () => {
    const slowed = (why: 'full' | 'cost' | 'failing', leavesAt: number | null) =>
      refusalSentence({ code: 'pipe-slowed', sentence: 'English.', why, leavesAt })
    expect(slowed('full', Date.now() + 30 * 60_000)).toContain('30')
    const said = [slowed('cost', null), slowed('failing', null)]
    expect(new Set(said).size).toBe(2)
    for (const sentence of said) expect(sentence).not.toMatch(/\d|English|pipe-slowed/)
  })
})
