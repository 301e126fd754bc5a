import { once } from 'node:events'
import { type Finding, failedAt, finding, type Trial, went } from '@muster/shared/trial.ts'
import { z } from 'zod'
import type { BlueskyAccount } from './bluesky-account.ts'
import { recordKeyOf } from './bluesky-key.ts'
import { BlueskySearch } from './bluesky-search.ts'
import { Conversation, LogPage, NotificationPage, Resolved } from './bluesky-shape.ts'
import { type Answer, BlueskyTrouble, reasonOf } from './bluesky-xrpc.ts'
import { failureOf, Unexpected } from './failure.ts'

const anything = z.unknown()
/** A record that cannot be there. */
const nowhere = 'bafyreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'

const publicRead = finding('public-read', 'Mentions, replies and quotes are read.')
const directRead = finding('direct-read', 'Direct messages are read.')
const streamOpen = finding('stream-open', 'The stream of all posts is open.')
const wouldBeTaken = finding('would-be-taken', 'Replies would be taken; nothing was posted.')
const directOff = finding('direct-off', 'A test goes by direct message, and those are switched off here.')

/** Tries the account out, step by step, up to the first that fails. Posts nothing that anybody could see. */
export async function probeBluesky(account: BlueskyAccount, to: string | null, signal: AbortSignal): Promise<Trial[]> {
  const trials: Trial[] = []
  for (const step of [signIn, read, readDirect, listen, send]) {
    const trial = await step(account, to, signal)
    if (trial !== null) trials.push(trial)
    if (trial?.ok === false) break
  }
  return trials
}

async function signIn({ session, settings }: BlueskyAccount): Promise<Trial> {
  const did = await session.account()
  if (typeof did === 'string') {
    const values = { account: `@${settings.handle}` }
    return went('sign-in', finding('signed-in', `Signed in as @${settings.handle} (${did}).`, { values }))
  }
  const step = did.type === 'refused' ? 'sign-in' : 'reach'
  return failedAt(step, wrongBy(did, `${settings.service} was not signed in at: ${reasonOf(did)}`))
}

async function read(account: BlueskyAccount, _: string | null, signal: AbortSignal): Promise<Trial> {
  const query = { limit: '1', reasons: ['mention', 'reply', 'quote'] }
  const request = { method: 'GET', name: 'app.bsky.notification.listNotifications', query } as const
  return await tried(account, 'read', publicRead, async () => {
    await account.session.read(request, NotificationPage, signal)
  })
}

async function readDirect(account: BlueskyAccount, _: string | null, signal: AbortSignal): Promise<Trial | null> {
  if (!account.settings.directMessages) return null
  const request = { method: 'GET', name: 'chat.bsky.convo.getLog', direct: true } as const
  return await tried(account, 'read', directRead, async () => {
    await account.session.read(request, LogPage, signal)
  })
}

async function listen(account: BlueskyAccount, _: string | null, signal: AbortSignal): Promise<Trial | null> {
  const { search } = account.settings
  if (search === null) return null
  return await tried(account, 'read', streamOpen, async () => {
    const socket = new BlueskySearch(account, search).open(null)
    try {
      await once(socket, 'open', { signal })
    } finally {
      socket.terminate()
    }
  })
}

/** A write that names a record which is not there is refused for that alone, and only after everything else was found right. */
async function send(account: BlueskyAccount, to: string | null, signal: AbortSignal): Promise<Trial> {
  if (to !== null) return await sendTo(account, to, signal)
  const { session, surroundings } = account
  const now = surroundings.clock()
  const record = { $type: 'app.bsky.feed.post', text: 'Test', createdAt: new Date(now).toISOString() }
  const rkey = recordKeyOf(`test-${now}`, now, surroundings.hmacKey)
  const repo = await session.account()
  const body = { repo, collection: 'app.bsky.feed.post', rkey, record, swapRecord: nowhere }
  const answer = await session.ask({ method: 'POST', name: 'com.atproto.repo.putRecord', body }, signal)
  if (answer.type === 'refused' && answer.error === 'InvalidSwap') return went('send', wouldBeTaken)
  return failedAt('send', wrongBy(answer, `A reply would not be taken: ${reasonIn(answer)}`))
}

async function sendTo(account: BlueskyAccount, to: string, signal: AbortSignal): Promise<Trial> {
  const { session, settings } = account
  const handle = to.replace(/^@/, '')
  if (!settings.directMessages) return failedAt('send', directOff)
  const sent = finding('test-sent', `A direct message went to @${handle}.`, { values: { to: `@${handle}` } })
  return await tried(account, 'send', sent, async () => {
    const resolve = { method: 'GET', name: 'com.atproto.identity.resolveHandle', query: { handle } } as const
    const { did } = to.startsWith('did:') ? { did: to } : await session.read(resolve, Resolved, signal)
    const query = { members: [did] }
    const open = { method: 'GET', name: 'chat.bsky.convo.getConvoForMembers', query, direct: true } as const
    const { convo } = await session.read(open, Conversation, signal)
    const message = { text: 'This is a test of a channel of Muster. Nobody need answer it.' }
    const body = { convoId: convo.id, message }
    const request = { method: 'POST', name: 'chat.bsky.convo.sendMessage', body, direct: true } as const
    await session.read(request, anything, signal)
  })
}

async function tried(
  { conceal }: BlueskyAccount,
  step: Trial['step'],
  well: Finding,
  attempt: () => Promise<void>,
): Promise<Trial> {
  try {
    await attempt()
    return went(step, well)
  } catch (error) {
    const failure = failureOf(error, conceal)
    return failedAt(step, finding('failed', `${failure.reason}.`, { failure }))
  }
}

function wrongBy(answer: Answer, sentence: string): Finding {
  const error = answer.type === 'done' ? new Unexpected(sentence) : new BlueskyTrouble(answer)
  return finding('failed', sentence, { failure: failureOf(error, said => said) })
}

function reasonIn(answer: Answer): string {
  return answer.type === 'done' ? 'its server took what it should have refused.' : reasonOf(answer)
}
