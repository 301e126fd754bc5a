import type { Ref, Stage } from '../support/bluesky-scenario.ts'

export type Account = { did: string; handle: string; token: string; password: string }
type Facet = { index: { byteStart: number; byteEnd: number }; features: object[] }

const post = 'app.bsky.feed.post'
const admin = `Basic ${Buffer.from('admin:admin-pass').toString('base64')}`
let number = 0

/** The real network, as its people and those who run it use it. */
export class Peer {
  readonly url: string
  readonly #settle: string

  constructor(url: string, settle: string) {
    this.url = url
    this.#settle = settle
  }

  async settle(): Promise<void> {
    const response = await fetch(this.#settle)
    if (!response.ok) throw new Error(await response.text())
  }

  async account(name: string, displayName = ''): Promise<Account> {
    const handle = `${name}-${++number}.test`
    const password = 'a-long-password'
    const body = { handle, email: `${name}-${number}@example.test`, password }
    const { did, accessJwt } = await this.#call('com.atproto.server.createAccount', null, body)
    const account = { did: String(did), handle, token: String(accessJwt), password }
    const profile = { $type: 'app.bsky.actor.profile', ...(displayName !== '' && { displayName }) }
    await this.#put(account, 'app.bsky.actor.profile', 'self', profile)
    await this.settle()
    return account
  }

  async appPassword({ token }: Account, privileged: boolean): Promise<string> {
    const body = { name: `muster-${++number}`, privileged }
    return String((await this.#call('com.atproto.server.createAppPassword', token, body)).password)
  }

  /** Of the account whose handle begins a post. */
  mentionOf({ did, handle }: Account): Facet {
    const features = [{ $type: 'app.bsky.richtext.facet#mention', did }]
    return { index: { byteStart: 0, byteEnd: handle.length + 1 }, features }
  }

  async post(by: Account, text: string, more: object = {}): Promise<Ref> {
    return await this.#create(by, post, { text, ...more })
  }

  /** Whether its server takes a post of this text; it is removed again. */
  async tryPost(by: Account, text: string): Promise<boolean> {
    try {
      await this.remove(by, await this.post(by, text))
      return true
    } catch (error) {
      if (String(error).includes('too big')) return false
      throw error
    }
  }

  async edit(by: Account, { uri }: Ref, text: string, more: object = {}): Promise<void> {
    await this.#put(by, post, rkeyOf(uri), { $type: post, text, createdAt: new Date().toISOString(), ...more })
  }

  async remove(by: Account, { uri }: Ref): Promise<void> {
    const body = { repo: by.did, collection: post, rkey: rkeyOf(uri) }
    await this.#call('com.atproto.repo.deleteRecord', by.token, body)
  }

  async gate(by: Account, { uri }: Ref): Promise<void> {
    await this.#create(by, 'app.bsky.feed.threadgate', { post: uri, allow: [] }, rkeyOf(uri))
  }

  async follow(by: Account, whom: Account): Promise<void> {
    await this.#create(by, 'app.bsky.graph.follow', { subject: whom.did })
  }

  async block(by: Account, whom: Account): Promise<Ref> {
    return await this.#create(by, 'app.bsky.graph.block', { subject: whom.did })
  }

  async deactivate({ token }: Account): Promise<void> {
    await this.#call('com.atproto.server.deactivateAccount', token, {})
  }

  async activate({ token }: Account): Promise<void> {
    await this.#call('com.atproto.server.activateAccount', token, null)
  }

  async takeDown({ did }: Account): Promise<void> {
    const subject = { $type: 'com.atproto.admin.defs#repoRef', did }
    await this.#call('com.atproto.admin.updateSubjectStatus', null, { subject, takedown: { applied: true } }, admin)
  }

  /** How many posts an account has. */
  async count({ did }: Account): Promise<number> {
    const { records } = await this.#call(`com.atproto.repo.listRecords?repo=${did}&collection=${post}`, null)
    return (records as object[]).length
  }

  /** What stands under a post, as somebody sees it. */
  async repliesTo(viewer: Account, { uri }: Ref): Promise<{ uri: string; record: Record<string, unknown> }[]> {
    await this.settle()
    const { thread } = await this.#call(`app.bsky.feed.getPostThread?uri=${encodeURIComponent(uri)}`, viewer.token)
    return (thread as { replies: { post: { uri: string; record: Record<string, unknown> } }[] }).replies.map(
      ({ post }) => post,
    )
  }

  async stage(): Promise<Stage> {
    const own = await this.account('scenario')
    const kim = await this.account('scenic', 'Kim')
    const password = await this.appPassword(own, false)
    let block: Ref | null = null
    return {
      url: this.url,
      own: { ...own, password },
      kim,
      mention: async text => {
        const made = await this.post(kim, `@${own.handle} ${text}`, { facets: [this.mentionOf(own)], langs: ['en'] })
        await this.settle()
        return made
      },
      gate: async ref => {
        await this.gate(kim, ref)
        await this.settle()
      },
      remove: async ref => {
        await this.remove(kim, ref)
        await this.settle()
      },
      block: async on => {
        if (on) block = await this.block(kim, own)
        else if (block !== null) {
          const body = { repo: kim.did, collection: 'app.bsky.graph.block', rkey: rkeyOf(block.uri) }
          await this.#call('com.atproto.repo.deleteRecord', kim.token, body)
        }
        await this.settle()
      },
      leave: async how => {
        if (how === 'deactivated') await this.deactivate(kim)
        else {
          await this.activate(kim)
          await this.takeDown(kim)
        }
        await this.settle()
      },
    }
  }

  async #create(by: Account, collection: string, record: object, rkey?: string): Promise<Ref> {
    const whole = { $type: collection, createdAt: new Date().toISOString(), ...record }
    const body = { repo: by.did, collection, record: whole, ...(rkey !== undefined && { rkey }) }
    const { uri, cid } = await this.#call('com.atproto.repo.createRecord', by.token, body)
    return { uri: String(uri), cid: String(cid) }
  }

  async #put(by: Account, collection: string, rkey: string, record: object): Promise<void> {
    await this.#call('com.atproto.repo.putRecord', by.token, { repo: by.did, collection, rkey, record })
  }

  async #call(
    name: string,
    token: string | null,
    body?: object | null,
    authorization = token && `Bearer ${token}`,
  ): Promise<Record<string, unknown>> {
    const headers = { ...(body && { 'content-type': 'application/json' }), ...(authorization && { authorization }) }
    const response = await fetch(`${this.url}/xrpc/${name}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${name}: ${response.status} ${text}`)
    return text === '' ? {} : JSON.parse(text)
  }
}

function rkeyOf(uri: string): string {
  return uri.split('/').at(-1) ?? ''
}
