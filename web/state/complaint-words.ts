import type { Complaint } from '@muster/shared/complaint.ts'
import { moment } from './ages.ts'
import { isolated } from './plain.ts'
import { say } from './words.ts'

/** What is wrong with a channel; what others said of it stands in it as they said it. */
export function complaintSentence({ code, place, since, said }: Complaint, now: number): string {
  const told = {
    place: isolated(place ?? ''),
    said: isolated(said ?? ''),
    at: since === null ? '' : moment(since, now),
  }
  return say(`complaint.${code}`, told)
}
