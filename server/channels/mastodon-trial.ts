import { type Finding, failedAt, finding, type Trial, went } from '@muster/shared/trial.ts'
import { z } from 'zod'
import { failureOf } from './failure.ts'
import { jsonOf, type MastodonAccount, ServerAway } from './mastodon-account.ts'
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
  const steps: [Trial['step'], () => Promise<Finding>][] = [
    ['reach', () => reach(account, host, signal)],
    ['sign-in', () => signIn(account, signal)],
    ['read', () => read(account, signal)],
    ['send', () => send(account, to, signal)],
  ]
  for (const [step, attempt] of steps) {
    try {
      trials.push(went(step, await attempt()))
    } catch (error) {
      return [...trials, failedAt(step, wrongBy(error, account))]
    }
  }
  return trials
}

function wrongBy(error: unknown, { conceal }: MastodonAccount): Finding {
  const failure = failureOf(error, conceal)
  const elsewhere = error instanceof ServerAway ? error.elsewhere : null
  if (elsewhere === null) return finding('failed', `${failure.reason}.`, { failure })
  return finding('points-elsewhere', `${failure.reason}.`, { values: { address: conceal(elsewhere) } })
}

async function reach(account: MastodonAccount, host: string, signal: AbortSignal) {
  const { configuration } = await account.read('/api/v2/instance', Instance, signal)
  const longest = configuration.statuses.max_characters
  const sentence = `${host} answered. It takes posts of ${longest} characters.`
  return finding('posts-of', sentence, { values: { host, number: longest }, learnt: { longest } })
}

async function signIn(account: MastodonAccount, signal: AbortSignal) {
  const { username, domain } = await account.refresh(signal)
  const name = `@${username}@${domain}`
  return finding('signed-in', `The token belongs to ${name}.`, { values: { account: name } })
}

async function read(account: MastodonAccount, signal: AbortSignal) {
  await account.read('/api/v1/notifications?types[]=mention&limit=1', List, signal)
  return finding('mentions-read', 'Its mentions can be read.')
}

async function send(account: MastodonAccount, to: string | null, signal: AbortSignal) {
  const status = to === null ? test : `@${to.replace(/^@/, '')} ${test}`
  const asked = await account.ask('POST', '/api/v1/statuses', { status, visibility: 'direct' }, {}, signal)
  if (asked.type !== 'answered') throw asked.error
  if (asked.status !== 200) throw account.awayBy(asked)
  if (to !== null) return finding('test-sent', `A test went to ${to}, seen by nobody else.`, { values: { to } })
  const { id } = Status.parse(jsonOf(asked.body))
  await account.ask('DELETE', `/api/v1/statuses/${encodeURIComponent(id)}`, null, {}, signal)
  return finding('test-taken-away', 'A test was posted, seen by nobody but the account itself, and taken away again.')
}
