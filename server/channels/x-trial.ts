import { z } from 'zod'
import type { Trial } from './channel.ts'
import { wordsOf } from './concealment.ts'
import { jsonOf } from './json.ts'
import { callAddress, type XAccount } from './x-account.ts'
import type { XClient } from './x-client.ts'
import { CreatedDirect, Me, Page, Webhooks } from './x-shape.ts'

const test = 'This is a test of a channel of Muster. Nobody need answer it.'
const Anything = z.unknown()

type Found = Omit<Trial, 'step' | 'ok'>
type Way = { account: XAccount; client: XClient; to: string | null; signal: AbortSignal }

/** Signs in, reads, asks whether X tells of what is new, and writes a direct message: nothing in public. */
export async function tryOut(account: XAccount, client: XClient, to: string | null, signal: AbortSignal) {
  const way = { account, client, to, signal }
  const steps: [Trial['step'], (way: Way) => Promise<Found>][] = [
    ['sign-in', signIn],
    ['read', read],
    ['receive', receive],
    ['send', send],
  ]
  const trials: Trial[] = []
  for (const [step, attempt] of steps) {
    try {
      trials.push({ step, ok: true, ...(await attempt(way)) })
    } catch (error) {
      const sentence = `${client.conceal(wordsOf(error)).replace(/[.:,; ]+$/, '')}.`
      return [...trials, { step, ok: false, sentence }]
    }
  }
  return trials
}

async function signIn({ client, signal }: Way): Promise<Found> {
  const { data } = await client.read({ method: 'GET', path: '/2/users/me', as: 'account' }, Me, signal)
  const learnt = { userId: data.id, ...(data.username !== null && { username: data.username }) }
  return { sentence: `The token belongs to @${data.username ?? data.id}.`, learnt }
}

async function read({ account, client, signal }: Way): Promise<Found> {
  const path = `/2/users/${account.settings.userId}/mentions`
  await client.readPosts(path, { max_results: '5' }, 'account', signal)
  if (!account.settings.directMessages) return { sentence: 'Its mentions can be read.' }
  const query = { max_results: '1' }
  await client.read({ method: 'GET', path: '/2/dm_events', query, as: 'account' }, Page, signal)
  return { sentence: 'Its mentions and direct messages can be read.' }
}

async function receive({ account, client, signal }: Way): Promise<Found> {
  if (account.settings.receive === 'stream') {
    await client.read({ method: 'GET', path: '/2/activity/subscriptions', as: 'app' }, Anything, signal)
    return { sentence: 'The app may have X tell what is new.' }
  }
  const address = callAddress(account)
  if (account.secrets.consumerSecret === undefined) {
    throw new Error('This channel has no consumer secret to know calls of X by')
  }
  const { data } = await client.read({ method: 'GET', path: '/2/webhooks', as: 'app' }, Webhooks, signal)
  const known = data.find(({ url }) => url === address)
  if (known === undefined) return { sentence: `X is told to call ${address} once the channel is switched on.` }
  if (known.valid === false)
    throw new Error(`X does not call ${address} any more, for it was not answered as it expects`)
  return { sentence: `X calls ${address}.` }
}

async function send({ account, client, to, signal }: Way): Promise<Found> {
  if (!account.settings.directMessages) {
    return { sentence: 'Nothing was posted: everybody would read a test. The first reply tries it out.' }
  }
  const participant = to === null ? account.settings.userId : await idOf(to, client, signal)
  const path = `/2/dm_conversations/with/${participant}/messages`
  const asked = await client.send(path, { text: test }, signal)
  if (asked.type !== 'answered') {
    const words = wordsOf(asked.error)
    throw new Error(asked.type === 'forbidden' ? words : `X took no test: ${words}`, { cause: asked.error })
  }
  if (!CreatedDirect.safeParse(jsonOf(asked.body)).success) throw new Error(client.wordsFor(asked))
  return { sentence: `A test went to ${to ?? 'the account itself'} as a direct message.` }
}

async function idOf(to: string, client: XClient, signal: AbortSignal): Promise<string> {
  const name = to.replace(/^@/, '')
  if (!/^\w{1,15}$/.test(name)) throw new Error('Expected the name of an account on X, like "@acme"')
  const path = `/2/users/by/username/${name}`
  return (await client.read({ method: 'GET', path, as: 'account' }, Me, signal)).data.id
}
