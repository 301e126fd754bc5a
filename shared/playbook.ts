import { z } from 'zod'
import { Identifier, line, prose } from './identifier.ts'
import { ForbiddenPatterns, Severity, Topics, WordingTexts } from './incident.ts'
import { Training } from './training.ts'
import { defaultTraining } from './training-rules.ts'

/** What a company has thought of before an outage: an incident is declared from it, and everything in it may be changed then. */
export const Playbook = z.object({
  id: Identifier,
  name: line(80),
  title: line(120),
  severity: Severity,
  affected: prose(500),
  know: prose(4_000),
  maySay: prose(4_000),
  mustNotSay: z.array(line(120)).max(100),
  mustNotMatch: ForbiddenPatterns.default([]),
  example: prose(2_000),
  topics: Topics,
  wordings: WordingTexts,
  training: Training.default(defaultTraining),
})
export type Playbook = z.infer<typeof Playbook>
