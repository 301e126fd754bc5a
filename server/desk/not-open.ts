import { type Complaint, complaintOf } from '@muster/shared/complaint.ts'
import { Unopened } from './safe.ts'

/**
 * Why a channel is not open. The words of an error are for the log alone, for it may hold what is secret: whoever reads the
 * screen is told what to do, and the reference under which the log says more.
 */
export function notOpen(code: 'not-opened' | 'stopped', error: unknown, reference: string): Complaint {
  if (error instanceof Unopened) {
    const { why: trouble, names, message } = error
    const reason = message.replace(/\.$/, '')
    return complaintOf(code, { failure: { reason, trouble, status: null, said: null, secrets: [...names] } })
  }
  const reason = `Muster itself failed. Save it again; where that does not help, the log says more under ${reference}`
  return complaintOf(code, { failure: { reason, trouble: 'ours', status: null, said: null, reference } })
}
