import type { Observations, Shown } from '../observation.ts'
import { plain, says } from '../wrongs.ts'
import type { Fault } from './fault.ts'
import { type Sending, sendingsOf } from './sending.ts'

type Seen = Pick<Observations, 'shown' | 'submissions' | 'log' | 'guidance'>

/** Replies customers see that the gate must stop, each with the first thing it must be stopped for. */
export function ungatedSends({ shown, submissions, ...told }: Seen): Fault[] {
  const sendings = new Map(sendingsOf(told).map(sending => [sending.reply.id, sending]))
  const wrongs = new Map(submissions.map(({ replyId, wrong }) => [replyId, wrong]))
  return shown.flatMap(seen => {
    const sending = sendings.get(seen.replyId)
    const wrong = wrongs.get(seen.replyId) ?? null
    const complaint =
      sending === undefined
        ? ', and no entry says that it passed the gate'
        : (complaintAboutText(seen, sending) ?? complaintAboutReview(sending))
    const promise = wrong !== null && says(seen.text, wrong.phrase) ? ` with a ${wrong.kind}: "${wrong.phrase}"` : null
    return complaint === null && promise === null ? [] : [`reply ${seen.replyId} was shown${complaint ?? promise}`]
  })
}

function complaintAboutText({ text }: Shown, { guidance, shelf, mark }: Sending): string | null {
  if (/\[\[[^\]]*\]\]/.test(text)) return ' with an open blank'
  const words = guidance.mustNotSay.find(each => says(text, each))
  if (words !== undefined) return ` and says "${words}"`
  const expired = shelf.current.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= mark.at)
  const usable = shelf.current.filter(each => !expired.includes(each)).map(each => plain(each.text))
  const yesterdays = [...shelf.retired, ...expired.map(each => each.text)]
    .flatMap(partsOf)
    .find(part => plain(text).includes(part) && !usable.some(whole => whole.includes(part)))
  return yesterdays === undefined ? null : ` with yesterday's wording: "${yesterdays}"`
}

/** Shorter than this, what stands between two blanks may be anybody's words. */
const shortestPart = 24

function partsOf(wording: string): string[] {
  return wording
    .split(/\[\[[^[\]]*\]\]/)
    .map(part => plain(part).replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
    .filter(part => part.length >= shortestPart)
}

/** By the level its writer had when it was let go, whatever it was when they wrote it. */
function complaintAboutReview({ reply, writer, yes }: Sending): string | null {
  const { approvedBy, partner, review } = reply
  const own = [reply.writer.id, partner?.id]
  if (approvedBy !== null && own.includes(approvedBy.id)) return `, approved by ${approvedBy.name}, who wrote it`
  const level = writer?.level ?? 'gated'
  const owed = review !== 'none' || level === 'gated' || level === 'observer'
  if (!owed || (approvedBy !== null && yes === approvedBy.id)) return null
  return `, written by ${reply.writer.name} (${level}), and nobody had approved it`
}
