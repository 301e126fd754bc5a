import { IncidentCommand } from '@muster/shared/command.ts'
import type { Facts, Incident, Wording } from '@muster/shared/incident.ts'
import { Playbook } from '@muster/shared/playbook.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { cora, declaring } from '../support/builders.ts'
import { Records } from '../support/records.ts'
import { wordingOf } from '../support/room-records.ts'
import { speak } from './speaking.ts'

const blank = /\[\[[^\]]*\]\]/g

describe.each(['en', 'de'] as const)('in %s', language => {
  let playbooks: typeof import('../../web/state/playbooks.ts')
  let declaringState: typeof import('../../web/state/declaring.ts')

  beforeAll(async () => {
    await speak(language)
    playbooks = await import('../../web/state/playbooks.ts')
    declaringState = await import('../../web/state/declaring.ts')
  })

  test('[WB40] every playbook that comes with Muster is whole: facts, an example, topics and wordings', () => {
    const offers = playbooks.builtIn()
    expect(offers.length).toBe(6)
    for (const { playbook, hint } of offers) {
      expect(Playbook.parse(playbook)).toEqual(playbook)
      expect(hint).not.toBe('')
      const { topics, wordings, mustNotSay, know, maySay, example, affected } = playbook
      for (const text of [know, maySay, example, affected]) expect(text, playbook.name).not.toBe('')
      expect(Math.min(topics.length, wordings.length, mustNotSay.length), playbook.name).toBeGreaterThan(2)
      expect(topics.every(({ words }) => words.length > 2)).toBe(true)
    }
  })

  test('[WB40] no playbook offers words it forbids, and a wording belongs to a topic of its playbook or to none', () => {
    for (const { playbook } of playbooks.builtIn()) {
      const { topics, wordings, mustNotSay, maySay, example } = playbook
      const offered = [maySay, example, ...wordings.map(({ text }) => text)].join('\n').toLowerCase()
      expect(mustNotSay.filter(words => offered.includes(words.toLowerCase()))).toEqual([])
      const known = [null, ...topics.map(({ id }) => id)]
      expect(wordings.filter(({ topic }) => !known.includes(topic))).toEqual([])
      expect([maySay, example].join().match(blank)).toBe(null)
    }
  })

  test('[WB40] what is declared from a playbook is a valid declaration, without what was left out', () => {
    for (const { playbook } of playbooks.builtIn()) {
      const [first] = playbook.topics
      const typed = declaringState.typedFrom(playbook)
      const wish = declaringState.declaration({ ...typed, topics: first ? [first.id] : [] }, playbook, [])
      expect(IncidentCommand.parse({ ...wish, id: 'one' })).toEqual({ ...wish, id: 'one' })
      expect(wish.topics).toEqual([first])
      expect(wish.wordings.length).toBe(playbook.wordings.length)
      expect(wish.wordings.every(({ topic }) => topic === null || topic === first?.id)).toBe(true)
      expect(declaringState.declaration({ ...typed, wordings: [] }, playbook, []).wordings).toEqual([])
    }
  })

  test('[WB40] another playbook replaces what the former one filled, and no word that somebody typed', () => {
    const [down, login] = playbooks.builtIn()
    if (!down || !login) throw new Error('no playbooks')
    const scratch = playbooks.scratch().playbook
    const begun = { ...declaringState.typedFrom(scratch), title: 'Our own title' }
    const filled = declaringState.refilled(begun, scratch, down.playbook)
    expect(filled).toEqual({ ...declaringState.typedFrom(down.playbook), title: 'Our own title' })
    const typed = { ...filled, know: 'Since ten.', wordings: [] }
    const again = declaringState.refilled(typed, down.playbook, login.playbook)
    expect(again).toEqual({ ...declaringState.typedFrom(login.playbook), title: 'Our own title', know: 'Since ten.' })
    expect(declaringState.refilled(again, login.playbook, scratch)).toMatchObject({
      title: 'Our own title',
      know: 'Since ten.',
      maySay: '',
    })
  })
})

test('[WB40] what an incident has is kept as a playbook, as it stands today', async () => {
  await speak('en')
  const { keptFrom, namesake } = await import('../../web/state/playbooks.ts')
  const room = new Records()
  const topics = [{ id: 'card', name: 'Card', words: ['card'] }]
  const texts = ['Sorry', 'Later'].map(title =>
    wordingOf(title.toLowerCase(), { title, topic: 'card', text: `${title}.` }),
  )
  room.give(declaring({ topics, wordings: texts }), cora, 1_000)
  const incident = room.get<Incident>('incident') as Incident
  const facts = room.get<Facts>('facts') as Facts
  const wordings = texts.map(({ id }) => room.get<Wording>(`wording/${id}`) as Wording)
  const kept = keptFrom(incident, facts, wordings, { id: 'mine', name: 'Cards' })
  expect(Playbook.parse(kept)).toEqual(kept)
  expect(kept).toMatchObject({ title: 'Checkout is down', maySay: 'We are on it.', topics, name: 'Cards' })
  expect(kept.wordings.map(({ title }) => title)).toEqual(['Later', 'Sorry'])
  expect(namesake([kept], ' cARDS ')).toBe(kept)
  expect(namesake([kept], 'Card')).toBe(null)
})
