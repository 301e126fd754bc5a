import { IncidentCommand } from '@muster/shared/command.ts'
import { defaultTraining } from '@muster/shared/training-rules.ts'
import { beforeAll, expect, test } from 'vitest'
import { speak } from './speaking.ts'

let form: typeof import('../../web/state/training-form.ts')

beforeAll(async () => {
  await speak('en')
  form = await import('../../web/state/training-form.ts')
})

test('[WB104] every number of the rules is one of the form, in whole units, and comes back as it was', () => {
  const fields = form.fieldsFrom(defaultTraining)
  expect(fields).toMatchObject({ spotShare: '34', undoMs: '8', approvalsToTrusted: '15' })
  expect(form.trainingFrom(fields, defaultTraining)).toEqual(defaultTraining)
  const finer = { ...defaultTraining, spotShare: 0.12345, undoMs: 1_234 }
  expect(form.trainingFrom(form.fieldsFrom(finer), finer)).toEqual(finer)
})

test('[WB104] each number is held to its bounds, with a sentence that names them', () => {
  const wrong = [
    ['undoMs', '121', 'A whole number from 0 to 120.'],
    ['approvalsToTrusted', '0', 'A whole number from 1 to 1,000.'],
    ['returnsToDemote', '1.5', 'A whole number from 1 to 100.'],
    ['spotShare', '100.5', 'From 0 to 100.'],
    ['leastShare', '', 'From 0 to 100.'],
    ['reviewWithinMs', 'soon', 'A whole number from 5 to 3,600.'],
  ] as const
  for (const [name, typed, sentence] of wrong) {
    expect(form.complaintAbout(name, typed)).toBe(sentence)
    const fields = { ...form.fieldsFrom(defaultTraining), [name]: typed }
    expect(form.trainingFrom(fields, defaultTraining)).toBeNull()
  }
  for (const name of form.figures) {
    const { least, most } = form.boundsOf(name)
    for (const edge of [least, most]) expect(form.complaintAbout(name, String(edge))).toBeUndefined()
  }
})

test('[WB104] an incident declared from a playbook has its rules and its patterns', async () => {
  const { declaration, typedFrom } = await import('../../web/state/declaring.ts')
  const { builtIn } = await import('../../web/state/playbooks.ts')
  const [offer] = builtIn()
  if (offer === undefined) throw new Error('no playbook')
  const training = { ...defaultTraining, undoMs: 30_000 }
  const mustNotMatch = [{ pattern: '\\d+ euros?', why: 'Sums are for finance.' }]
  const playbook = { ...offer.playbook, training, mustNotMatch }
  const declared = declaration(typedFrom(playbook), playbook, [])
  expect(IncidentCommand.parse({ id: 'i1', ...declared })).toMatchObject({ training, mustNotMatch })
})
