import { describe, expect, test } from 'vitest'
import { saysTheSame, secondsToRead } from '../../web/state/briefing.ts'
import { plainCode, shownCode } from '../../web/state/join-code.ts'
import { pickBy } from '../../web/state/pick.ts'
import { type Question, questionsOf } from '../../web/state/questions.ts'

const incident = { title: 'Checkout is down' }
const facts = {
  know: 'The database in Dublin is full.\nWe are still working on it.',
  maySay: 'We are working on it.\nNo payment is taken twice.',
  mustNotSay: ['refund everybody', 'Dublin'],
}
const seeds = Array.from({ length: 50 }, (_, index) => `person-${index}`)

const textsOf = (question: Question | undefined) =>
  question?.choices.map(({ said }) => ('text' in said ? said.text : said.key)) ?? []
const rightOf = (question: Question | undefined) => {
  const right = question?.choices.filter(each => each.right) ?? []
  return right.map(({ said }) => ('text' in said ? said.text : said.key))
}

describe('[WB71] the questions of a briefing', () => {
  test('[WB71] are three, each with three choices of which one is right, whoever is asked', () => {
    for (const seed of seeds) {
      const questions = questionsOf(incident, facts, pickBy(seed))
      expect(questions.map(({ asks }) => asks)).toEqual(['briefing.askMay', 'briefing.askNever', 'briefing.askUnsure'])
      for (const question of questions) {
        expect(new Set(textsOf(question)).size).toBe(3)
        expect(rightOf(question)).toHaveLength(1)
      }
    }
  })

  test('[WB71] are made of what the incident says, and what is known but not approved is a wrong answer', () => {
    for (const seed of seeds) {
      const [may, never] = questionsOf(incident, facts, pickBy(seed))
      expect(facts.maySay.split('\n')).toContain(rightOf(may)[0])
      expect(textsOf(may)).toContain('The database in Dublin is full.')
      expect(facts.mustNotSay).toContain(rightOf(never)[0])
      expect(textsOf(never).some(text => facts.maySay.includes(text))).toBe(true)
    }
  })

  test('[WB71] are the same for the same person, and in another order for others', () => {
    const order = (seed: string) => textsOf(questionsOf(incident, facts, pickBy(seed))[0]).join()
    for (const seed of seeds) expect(order(seed)).toBe(order(seed))
    expect(new Set(seeds.map(order)).size).toBeGreaterThan(3)
  })

  test('[WB71] have sensible answers where nothing is approved and nothing is forbidden', () => {
    const [may, never] = questionsOf(incident, { know: '', maySay: ' \n', mustNotSay: [] }, pickBy('ada'))
    expect(rightOf(may)).toEqual(['briefing.nothingYet'])
    expect(rightOf(never)).toEqual(['briefing.ownPromise'])
    expect(new Set([...textsOf(may), ...textsOf(never)]).size).toBe(6)
  })

  test('[WB71] call nothing right that nobody may say', () => {
    const contradicting = { ...facts, maySay: 'We will REFUND EVERYBODY.\nWe are working on it.' }
    for (const seed of seeds) {
      const [may, never] = questionsOf(incident, contradicting, pickBy(seed))
      expect(rightOf(may)).toEqual(['We are working on it.'])
      expect(textsOf(never)).toContain('We are working on it.')
    }
  })

  test('[WB71] quote of a long paragraph what is read at a glance', () => {
    const maySay = 'Payments by card fail since ten. '.repeat(20)
    const [may] = questionsOf(incident, { ...facts, maySay }, pickBy('ada'))
    const [right = ''] = rightOf(may)
    expect(right.length).toBeLessThanOrEqual(160)
    expect(right).toMatch(/^Payments by card fail since ten\..*ten\.$/)
    const [endless] = questionsOf(incident, { ...facts, maySay: 'a'.repeat(4_000) }, pickBy('ada'))
    expect(rightOf(endless)[0]?.length).toBe(161)
  })

  test('[WB71] ask again only what changed', () => {
    const basisOf = (other: Partial<typeof facts>) =>
      questionsOf(incident, { ...facts, ...other }, pickBy('ada')).map(({ basis }) => basis)
    const [may, never, unsure] = basisOf({})
    expect(basisOf({ know: 'Something else.' })).toEqual([may, never, unsure])
    expect(basisOf({ maySay: 'It works again.' })).toEqual(['It works again.', never, unsure])
    expect(basisOf({ mustNotSay: ['Dublin'] })).toEqual([may, 'Dublin', unsure])
  })
})

test('[WB71] the time to read counts 200 words a minute, and an epoch alone is nothing new to read', () => {
  expect(secondsToRead([])).toBe(0)
  expect(secondsToRead(['one two', ' three \n four '])).toBe(2)
  expect(secondsToRead([Array(200).fill('word').join(' ')])).toBe(60)
  const said = { ...facts, example: '', nextUpdateAt: null, epoch: 1 }
  const later = { ...said, epoch: 2 }
  expect(saysTheSame(said, later)).toBe(true)
  expect(saysTheSame(said, { ...said, mustNotSay: ['refund everybody Dublin'] })).toBe(false)
})

test('[JN1] a code is read from whatever was typed or pasted', () => {
  const typed = [
    'ABCD-EFGH',
    ' abcd efgh',
    'abcdefgh',
    'a.b.c.d–efgh',
    'abcd%20efgh',
    'https://muster.example/#/join/ABCD-EFGH',
  ]
  for (const text of typed) expect(plainCode(text)).toBe('ABCDEFGH')
  expect(plainCode('%E0%A4%A')).toBe('E0A4A')
  expect([shownCode('ABCDEFGH'), shownCode('')]).toEqual(['ABCD-EFGH', ''])
})
