import type { Complaint } from '@muster/shared/complaint.ts'
import { moment } from './ages.ts'
import { isolated } from './plain.ts'
import { isKey, listed, say } from './words.ts'

/** What is wrong with a channel; what others said of it stands in it as they said it. */
export function complaintSentence(complaint: Complaint, now: number): string {
  const { code, place, since } = complaint
  const at = since === null ? '' : moment(since, now)
  return say(`complaint.${code}`, { place: isolated(place ?? ''), at, trouble: troubleWords(complaint) })
}

function troubleWords({ trouble, status, said, secrets, reference }: Complaint): string {
  switch (trouble) {
    case null:
      return ''
    case 'status':
    case 'sign-in':
    case 'no-right':
    case 'other':
      return say(said === null ? `failure.${trouble}-alone` : `failure.${trouble}`, {
        status: String(status ?? ''),
        said: isolated(said ?? ''),
      })
    case 'unreached':
    case 'held':
    case 'not-listed':
    case 'in-clear':
    case 'own-address':
      return say(`failure.${trouble}`, { said: isolated(said ?? '') })
    default:
      return say(`failure.${trouble}`, { secrets: listed(secrets.map(secretName)), reference: reference ?? '' })
  }
}

function secretName(name: string): string {
  const key = `secret.${name}`
  return isKey(key) ? say(key) : name
}
