import { type Finding, failedAt, finding, type Trial, went } from '@muster/shared/trial.ts'
import { z } from 'zod'
import { wordsOf } from './concealment.ts'
import { failureOf } from './failure.ts'
import { jsonOf } from './json.ts'
import { callAddress, type XAccount } from './x-account.ts'
import type { XClient } from './x-client.ts'
import { CreatedDirect, Me, Page, Webhooks } from './x-shape.ts'

const test = 'This is a test of a channel of Muster. Nobody need answer it.'
const Anything = z.unknown()

type Way = { account: XAccount; client: XClient; to: string | null; signal: AbortSignal }

/** Signs in, reads, asks whether X tells of what is new, and writes a direct message: nothing in public. */
export async function tryOut(account: XAccount, client: XClient, to: string | null, signal: AbortSignal) {
  const way = { account, client, to, signal }
  const steps: [Trial['step'], (way: Way) => Promise<Finding>][] = [
    ['sign-in', signIn],
    ['read', read],
    ['receive', receive],
    ['send', send],
  ]
  const trials: Trial[] = []
  for (const [step, attempt] of steps) {
    try {
      trials.push(went(step, await attempt(way)))
    } catch (error) {
      return [...trials, failedAt(step, wrongBy(error, client))]
    }
  }
  return trials
}

/** What is wrong with how the channel is set up, not with X. */
class Wrong extends Error {
  readonly finding: Finding

  constructor(finding: Finding) {
    super(finding.sentence)
    this.finding = finding
  }
}

function wrongBy(error: unknown, client: XClient): Finding {
  if (error instanceof Wrong) return error.finding
  const failure = failureOf(error, said => client.conceal(said))
  return finding('failed', `${failure.reason}.`, { failure })
}

async function signIn({ client, signal }: Way): Promise<Finding> {
  const { data } = await client.read({ method: 'GET', path: '/2/users/me', as: 'account' }, Me, signal)
  const learnt = { userId: data.id, ...(data.username !== null && { username: data.username }) }
  const name = `@${data.username ?? data.id}`
  return finding('signed-in', `The token belongs to ${name}.`, { values: { account: name }, learnt })
}

async function read({ account, client, signal }: Way): Promise<Finding> {
  const path = `/2/users/${account.settings.userId}/mentions`
  await client.readPosts(path, { max_results: '5' }, 'account', signal)
  if (!account.settings.directMessages) return finding('mentions-read', 'Its mentions can be read.')
  const query = { max_results: '1' }
  await client.read({ method: 'GET', path: '/2/dm_events', query, as: 'account' }, Page, signal)
  return finding('all-read', 'Its mentions and direct messages can be read.')
}

async function receive({ account, client, signal }: Way): Promise<Finding> {
  if (account.settings.receive === 'stream') {
    await client.read({ method: 'GET', path: '/2/activity/subscriptions', as: 'app' }, Anything, signal)
    return finding('told-by-stream', 'The app may have X tell what is new.')
  }
  const address = callAddress(account)
  if (account.secrets.consumerSecret === undefined) {
    const sentence = 'This channel has no consumer secret to know calls of X by.'
    throw new Wrong(finding('no-consumer-secret', sentence))
  }
  const { data } = await client.read({ method: 'GET', path: '/2/webhooks', as: 'app' }, Webhooks, signal)
  const known = data.find(({ url }) => url === address)
  const values = { address }
  if (known === undefined) {
    return finding('to-be-called', `X is told to call ${address} once the channel is switched on.`, { values })
  }
  if (known.valid === false) {
    const sentence = `X does not call ${address} any more, for it was not answered as it expects.`
    throw new Wrong(finding('not-called', sentence, { values }))
  }
  return finding('called', `X calls ${address}.`, { values })
}

async function send({ account, client, to, signal }: Way): Promise<Finding> {
  if (!account.settings.directMessages) {
    return finding('nothing-posted', 'Nothing was posted: everybody would read a test. The first reply tries it out.')
  }
  const participant = to === null ? account.settings.userId : await idOf(to, client, signal)
  const path = `/2/dm_conversations/with/${participant}/messages`
  const asked = await client.send(path, { text: test }, signal)
  if (asked.type !== 'answered') {
    const words = wordsOf(asked.error)
    throw new Error(asked.type === 'forbidden' ? words : `X took no test: ${words}`, { cause: asked.error })
  }
  if (!CreatedDirect.safeParse(jsonOf(asked.body)).success) throw client.troubleOf(asked)
  if (to === null) return finding('test-sent-itself', 'A test went to the account itself as a direct message.')
  return finding('test-sent', `A test went to ${to} as a direct message.`, { values: { to } })
}

const noSuchName = finding('no-such-name', 'Expected the name of an account on X, like "@acme".')

async function idOf(to: string, client: XClient, signal: AbortSignal): Promise<string> {
  const name = to.replace(/^@/, '')
  if (!/^\w{1,15}$/.test(name)) throw new Wrong(noSuchName)
  const path = `/2/users/by/username/${name}`
  return (await client.read({ method: 'GET', path, as: 'account' }, Me, signal)).data.id
}
