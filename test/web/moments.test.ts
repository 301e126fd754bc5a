import { momentTypes } from '@muster/server/domain/timeline.ts'
import type { Moment } from '@muster/shared/moment.ts'
import { setbackOf } from '@muster/shared/setback.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { speak } from './speaking.ts'

type Detail = Moment['detail']

const customer = { conversationId: 'one', customer: 'Kim' }
const reply = { ...customer, writer: 'Ada' }

/** Every form of each type's line, as the domain fills it. */
const details: Record<string, Detail[]> = {
  'incident/declared': [{ title: 'Checkout is down', severity: 'sev1' }],
  'incident/surged': [{ on: true }, { on: false }],
  'incident/changed': [
    { title: 'Login is down' },
    { from: 'sev1', severity: 'sev3' },
    { status: 'identified' },
    { affected: 'Cards' },
    { affected: '' },
    { topics: 1 },
    { topics: 3, status: 'watching' },
    { training: true },
  ],
  'incident/resolved': [{ title: 'Checkout is down' }],
  'incident/handed-over': [{ person: 'Ada', role: 'commander' }],
  'responder/appointed': [
    { person: 'Ada', role: 'lead' },
    { person: 'Ada', role: null },
  ],
  'responder/paused': [
    { person: 'Ada', paused: true },
    { person: 'Ada', paused: false },
  ],
  'responder/thanked': [{ person: 'Ada', text: 'Well said.' }],
  'responder/levelled': [
    { person: 'Ada', from: 'gated', level: 'trusted', reason: null, byRule: false },
    { person: 'Ada', from: 'trusted', level: 'observer', reason: 'Rest now.', byRule: false },
    { person: 'Ada', from: 'gated', level: 'spot-checked', reason: null, byRule: true },
  ],
  'facts/published': [
    { epoch: 2, maySay: 'It works again.' },
    { epoch: 3, maySay: '' },
  ],
  'wording/published': [{ epoch: 2, wording: 'Sorry' }],
  'wording/retracted': [{ epoch: 2 }],
  'gate/overridden': [{ ...reply, reason: 'The time is agreed.' }],
  'status/proposed': [{ status: 'investigating', text: 'Cards fail.' }],
  'status/approved': [{ status: 'identified', pages: 2 }],
  'status/declined': [{ status: 'monitoring' }],
  'status/failed': [{ status: 'resolved', reason: 'English.', setbacks: [setbackOf('no-token')] }],
  'status/uncertain': [{ status: 'resolved', reason: 'English.', setbacks: [setbackOf('no-answer')] }],
  'status/settled': [{ status: 'investigating' }],
  'conversation/unseen': [customer],
  'question/asked': [customer],
  'question/answered': [customer],
  'channel/lagging': [{ channel: 'Support mail', seconds: 75 }],
  'channel/caught-up': [{ channel: 'Support mail', seconds: 140 }],
  'alert/raised': [{ title: 'Checkout fails' }],
  'alert/cleared': [{ title: 'Checkout fails' }],
  'reply/uncertain': [reply],
  'reply/settled': [
    { ...reply, arrived: true },
    { ...reply, arrived: false },
  ],
  'conversation/merged': [
    { ...customer, also: ['kim@example.com'] },
    { ...customer, also: ['kim@example.com', '@kim'] },
    { ...customer, also: [''] },
  ],
  'conversation/parted': [
    { ...customer, former: '@lee' },
    { ...customer, former: '' },
  ],
  'pipes/changed': [
    { slowed: ['Acme posts'], slowedPrivate: [], freed: [], freedPrivate: [] },
    { slowed: ['Acme posts'], slowedPrivate: ['Acme posts', 'Support'], freed: [], freedPrivate: [] },
    { slowed: [], slowedPrivate: [], freed: [], freedPrivate: ['Acme posts'] },
    { slowed: [], slowedPrivate: ['Support'], freed: ['Acme posts'], freedPrivate: [] },
  ],
  'reply/bounced': [reply],
  'reply/failed': [reply],
}

function momentOf(type: string, detail: Detail, by: Moment['by'] = { id: 'cora', name: 'Cora' }): Moment {
  return { id: `${type}-1`, type, at: 1_000, by, detail }
}

/** A sentence without the marks that keep names apart in any reading direction. */
const plain = (sentence: string) => sentence.replace(/[\u2068\u2069]/g, '')

describe.each(['en', 'de'] as const)('in %s', language => {
  let said: typeof import('../../web/state/moments.ts')
  let unknown: string

  beforeAll(async () => {
    await speak(language)
    said = await import('../../web/state/moments.ts')
    unknown = said.momentSentence(momentOf('something/else', {}))
  })

  test.each(momentTypes)('[WB43] %s has a sentence', type => {
    const forms = details[type] ?? []
    expect(forms.length, 'an example of its detail').toBeGreaterThan(0)
    expect(said.isMomentType(type)).toBe(true)
    const sentences = forms.map(detail => plain(said.momentSentence(momentOf(type, detail))))
    expect(new Set(sentences).size).toBe(forms.length)
    for (const sentence of sentences) {
      expect(sentence).not.toBe(plain(unknown))
      expect(sentence).toMatch(/\p{L}{2,}.*[.”“:]$/su)
      expect(sentence).not.toMatch(/undefined|null|\{\{|command\.|\[object/)
    }
    const names = [...new Set(forms.flatMap(({ person, customer, writer }) => [person, customer, writer]))]
    for (const name of names.filter(name => name !== undefined)) expect(sentences[0]).toContain(name)
  })

  test('[WB131] what kept an update from a status page is said in the reader’s language', () => {
    const [failed] = details['status/failed'] ?? []
    const line = said.momentSentence(momentOf('status/failed', failed ?? {}))
    expect(line).not.toContain('English')
    expect(line).toContain(language === 'de' ? 'noch keinen Token.' : 'no token yet.')
  })

  test('[WB43] a line of which Muster is the author, and one nobody knows yet, are sentences too', () => {
    expect(said.momentSentence(momentOf('reply/uncertain', reply, null))).toContain('Kim')
    expect(plain(said.momentSentence(momentOf('incident/surged', { on: true }, null)))).toMatch(/^Muster /)
    expect(plain(unknown)).toMatch(/^Cora /)
  })

  test('[WB43] the name of a customer leads to the conversation, and poses as nothing else', () => {
    const posing = { conversationId: 'one', customer: 'Kim\u202egnp.exe' }
    const line = said.momentLine(momentOf('conversation/unseen', posing))
    expect(line.customer).toEqual({ conversationId: 'one', name: 'Kimgnp.exe' })
    expect(line.before + line.after).not.toContain('Kim')
  })

  test('[WB43] each line is of one kind, or among all alone', () => {
    const kinds = momentTypes.map(type => said.kindOf(momentOf(type, {})))
    for (const kind of said.kinds) expect(kinds).toContain(kind)
    expect(kinds).toContain(null)
    expect(said.kindOf(momentOf('something/else', {}))).toBe(null)
  })
})

test('[WB43] only what the domain tells has a sentence', async () => {
  await speak('en')
  const { isMomentType } = await import('../../web/state/moments.ts')
  expect(Object.keys(details).filter(type => !momentTypes.includes(type))).toEqual([])
  expect(['conversation/claimed', 'reply/sent', 'toString'].filter(isMomentType)).toEqual([])
})
