/** One call and what came of it: the status, and the answer with its values reduced to their kinds. */
export type Exchange = { step: string; status: number; error: string | null; shape: Shape }
export type Shape = string | Shape[] | { [key: string]: Shape }

export type Somebody = { did: string; handle: string }
export type Ref = { uri: string; cid: string }

/** A network that can be called as its account, and on which a customer does what customers do. */
export type Stage = {
  url: string
  own: Somebody & { password: string }
  kim: Somebody
  mention(text: string): Promise<Ref>
  gate(post: Ref): Promise<void>
  remove(post: Ref): Promise<void>
  block(on: boolean): Promise<void>
  leave(how: 'deactivated' | 'takendown'): Promise<void>
}

type Asking = { method?: 'GET' | 'POST'; query?: [string, string][]; body?: object; token?: string | null }

/** Everything the channel asks of the network but its direct messages, in an order in which all of it means something. */
export async function playScenario(stage: Stage): Promise<Exchange[]> {
  const exchanges: Exchange[] = []
  let access: string | null = null
  const ask = async (step: string, name: string, { method = 'GET', query = [], body, token = access }: Asking = {}) => {
    const { status, answer } = await call(
      `${stage.url}/xrpc/${name}?${new URLSearchParams(query).toString()}`,
      method,
      body,
      token,
    )
    const error =
      status === 200 ? null : `${String(answer.error)}: ${status >= 500 ? '' : hidden(String(answer.message))}`
    exchanges.push({ step, status, error, shape: status === 200 ? shapeOf(answer) : 'error' })
    return answer
  }
  const { own, kim } = stage
  const signIn = (password: string) => ({ method: 'POST', body: { identifier: own.handle, password } }) as const
  const session = 'com.atproto.server.createSession'
  await ask('sign in with a wrong password', session, signIn('wrong-wrong-wrong'))
  access = String((await ask('sign in', session, signIn(own.password))).accessJwt)
  const list: [string, string][] = [
    ['limit', '100'],
    ...['mention', 'reply', 'quote'].map((reason): [string, string] => ['reasons', reason]),
  ]
  const post = await stage.mention('why?')
  const gated = await stage.mention('no replies, please')
  await stage.gate(gated)
  await ask('call without a token', 'app.bsky.notification.listNotifications', { token: null })
  await ask('list notices', 'app.bsky.notification.listNotifications', { query: list })
  await ask('get posts', 'app.bsky.feed.getPosts', {
    query: [
      ['uris', post.uri],
      ['uris', gated.uri],
    ],
  })
  await ask('get profiles', 'app.bsky.actor.getProfiles', { query: [['actors', kim.did]] })
  await ask('resolve a handle', 'com.atproto.identity.resolveHandle', { query: [['handle', kim.handle]] })
  await ask('resolve nobody’s handle', 'com.atproto.identity.resolveHandle', {
    query: [['handle', `nobody-${kim.handle}`]],
  })
  const reply = { root: post, parent: post }
  const record = {
    $type: 'app.bsky.feed.post',
    text: 'We are on it.',
    createdAt: '2026-11-25T10:00:00.000Z',
    langs: ['en'],
    reply,
  }
  const put = (step: string, rkey: string, changed: object = {}, swapRecord: string | null = null) =>
    ask(step, 'com.atproto.repo.putRecord', {
      method: 'POST',
      body: { repo: own.did, collection: 'app.bsky.feed.post', rkey, record: { ...record, ...changed }, swapRecord },
    })
  const absent = 'bafyreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
  await put('reply', '3jzfcijpj2z2a')
  await put('reply again, the same', '3jzfcijpj2z2a')
  await put('reply again, with another time', '3jzfcijpj2z2a', { createdAt: '2026-11-25T10:00:01.000Z' })
  await put('reply where another record is expected', '3jzfcijpj2z2b', {}, absent)
  await put('reply with 301 graphemes', '3jzfcijpj2z2c', { text: 'x'.repeat(301) })
  await put('reply with 3,600 bytes', '3jzfcijpj2z2c', { text: '👩‍👩‍👧'.repeat(200) })
  await put('reply with four languages', '3jzfcijpj2z2c', { langs: ['en', 'de', 'fr', 'it'] })
  const recordAt = (did: string, rkey: string): Asking => ({
    query: [
      ['repo', did],
      ['collection', 'app.bsky.feed.post'],
      ['rkey', rkey],
    ],
  })
  const getRecord = 'com.atproto.repo.getRecord'
  await ask('get the reply', getRecord, recordAt(own.did, '3jzfcijpj2z2a'))
  await ask('get a reply that is not there', getRecord, recordAt(own.did, '3jzfcijpj2z2z'))
  await stage.remove(post)
  await ask('get a post that was deleted', 'app.bsky.feed.getPosts', { query: [['uris', post.uri]] })
  await ask('get the record of a post that was deleted', getRecord, recordAt(kim.did, post.uri.split('/').at(-1) ?? ''))
  await stage.block(true)
  await ask('get a post of who blocks', 'app.bsky.feed.getPosts', { query: [['uris', gated.uri]] })
  await ask('get the profile of who blocks', 'app.bsky.actor.getProfile', { query: [['actor', kim.did]] })
  await ask('get the record of a post of who blocks', getRecord, recordAt(kim.did, gated.uri.split('/').at(-1) ?? ''))
  await ask('list notices of who blocks', 'app.bsky.notification.listNotifications', { query: list })
  await stage.block(false)
  for (const how of ['deactivated', 'takendown'] as const) {
    await stage.leave(how)
    await ask(`get a post of who is ${how}`, 'app.bsky.feed.getPosts', { query: [['uris', gated.uri]] })
    await ask(`get profiles of who is ${how}`, 'app.bsky.actor.getProfiles', { query: [['actors', kim.did]] })
    await ask(`get the profile of who is ${how}`, 'app.bsky.actor.getProfile', { query: [['actor', kim.did]] })
  }
  await ask('get the profile of nobody', 'app.bsky.actor.getProfile', {
    query: [['actor', 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa']],
  })
  return exchanges
}

async function call(url: string, method: string, body: object | undefined, token: string | null) {
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(token !== null && { authorization: `Bearer ${token}` }),
  }
  const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> }
}

/** What a sentence says, without the addresses and numbers of this run. */
function hidden(message: string): string {
  return message.replaceAll(/at:\/\/\S+/g, '(address)').replaceAll(/baf[a-z0-9]{50,}/g, '(cid)')
}

function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]))
}
