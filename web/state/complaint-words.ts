import type { Complaint } from '@muster/shared/complaint.ts'
import { moment } from './ages.ts'
import { troubleWords } from './failure-words.ts'
import { isolated } from './plain.ts'
import { say } from './words.ts'

/** What is wrong with a channel; what others said of it stands in it as they said it. */
export function complaintSentence(complaint: Complaint, now: number): string {
  const { code, place, since } = complaint
  const at = since === null ? '' : moment(since, now)
  return say(`complaint.${code}`, { place: isolated(place ?? ''), at, trouble: troubleWords(complaint) })
}
