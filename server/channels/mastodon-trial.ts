import { z } from 'zod'
import type { Trial } from './channel.ts'
import { wordsOf } from './concealment.ts'
import { jsonOf, type MastodonAccount } from './mastodon-account.ts'
import { Instance, Status } from './mastodon-entities.ts'

const List = z.array(z.unknown())
const test = 'This is a test of a channel of Muster. Nobody need answer it.'

/**
 * Reads what the server and the account are, the account's mentions, and posts a test that only `to` sees, or nobody but
 * the account itself: that one is taken away again.
 */
export async function tryOut(account: MastodonAccount, to: string | null, signal: AbortSignal): Promise<Trial[]> {
  const { host } = new URL(account.settings.server)
  const trials: Trial[] = []
  const steps: [Trial['step'], () => Promise<Omit<Trial, 'step' | 'ok'>>][] = [
    ['reach', () => reach(account, host, signal)],
    ['sign-in', () => signIn(account, signal)],
    ['read', () => read(account, signal)],
    ['send', () => send(account, to, signal)],
  ]
  for (const [step, attempt] of steps) {
    try {
      trials.push({ step, ok: true, ...(await attempt()) })
    } catch (error) {
      const sentence = `${account.conceal(wordsOf(error)).replace(/[.:,; ]+$/, '')}.`
      return [...trials, { step, ok: false, sentence }]
    }
  }
  return trials
}

async function reach(account: MastodonAccount, host: string, signal: AbortSignal) {
  const { configuration } = await account.read('/api/v2/instance', Instance, signal)
  const longest = configuration.statuses.max_characters
  return { sentence: `${host} answered. It takes posts of ${longest} characters.`, learnt: { longest } }
}

async function signIn(account: MastodonAccount, signal: AbortSignal) {
  const { username, domain } = await account.refresh(signal)
  return { sentence: `The token belongs to @${username}@${domain}.` }
}

async function read(account: MastodonAccount, signal: AbortSignal) {
  await account.read('/api/v1/notifications?types[]=mention&limit=1', List, signal)
  return { sentence: 'Its mentions can be read.' }
}

async function send(account: MastodonAccount, to: string | null, signal: AbortSignal) {
  const status = to === null ? test : `@${to.replace(/^@/, '')} ${test}`
  const asked = await account.ask('POST', '/api/v1/statuses', { status, visibility: 'direct' }, {}, signal)
  if (asked.type !== 'answered') throw new Error(account.wordsFor(asked))
  if (asked.status !== 200) throw new Error(account.complaintOf(asked))
  if (to !== null) return { sentence: `A test went to ${to}, seen by nobody else.` }
  const { id } = Status.parse(jsonOf(asked.body))
  await account.ask('DELETE', `/api/v1/statuses/${encodeURIComponent(id)}`, null, {}, signal)
  return { sentence: 'A test was posted, seen by nobody but the account itself, and taken away again.' }
}
