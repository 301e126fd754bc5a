import type { Facts } from '@muster/shared/incident.ts'
import { age, moment } from './ages.ts'
import { lines } from './lines.ts'
import { say } from './words.ts'

/** One thing a briefing tells. `changed`: it says something else than before. */
export type SheetPart = {
  name: 'know' | 'may' | 'never' | 'next' | 'example' | 'how'
  title: string
  lines: readonly string[]
  changed: boolean
}

export type Reader = { name: string; team: string }

/** What somebody must have read before their first customer, in the order they need it. */
export function sheetOf(facts: Facts, before: Facts, reader: Reader, now: number): SheetPart[] {
  const { know, maySay, mustNotSay, nextUpdateAt } = facts
  const example = exampleOf(facts, reader)
  const never = mustNotSay.join('\n')
  const parts: SheetPart[] = [
    part('know', say('field.know'), orElse(lines(know), say('facts.nothingKnown')), know !== before.know),
    part('may', say('field.maySay'), orElse(lines(maySay), say('briefing.noneApproved')), maySay !== before.maySay),
    part(
      'never',
      say('field.mustNotSay'),
      orElse(mustNotSay, say('briefing.neverAnyway')),
      never !== before.mustNotSay.join('\n'),
    ),
    part('next', say('field.nextUpdateAt'), [nextUpdate(nextUpdateAt, now)], nextUpdateAt !== before.nextUpdateAt),
    part('example', say('briefing.example'), example, facts.example !== before.example),
    part(
      'how',
      say('briefing.how'),
      [say('briefing.howClaim'), say('briefing.howFacts'), say('briefing.howLead')],
      false,
    ),
  ]
  return parts.filter(each => each.lines.length > 0)
}

function part(name: SheetPart['name'], title: string, told: readonly string[], changed: boolean): SheetPart {
  return { name, title, lines: told, changed }
}

function orElse(told: readonly string[], otherwise: string): readonly string[] {
  return told.length > 0 ? told : [otherwise]
}

function nextUpdate(at: number | null, now: number): string {
  if (at === null) return say('briefing.noUpdate')
  return at < now ? say('facts.overdue', { age: age(at, now) }) : say('briefing.updateAt', { at: moment(at, now) })
}

/** The lead's, else a short one made of what may be said; none where nothing may be said. */
function exampleOf({ example, maySay }: Facts, { name, team }: Reader): readonly string[] {
  if (example.trim() !== '') return lines(example)
  const said = lines(maySay).slice(0, 2)
  if (said.length === 0) return []
  return [say('briefing.madeOpening', { name, team }), ...said, say('briefing.madeClosing', { name })]
}
