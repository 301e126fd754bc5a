import { z } from 'zod'
import { Obstacle } from './failure.ts'
import { callAddress, tagOf, type XAccount } from './x-account.ts'
import { type XClient, XTrouble } from './x-client.ts'
import { rulesFor } from './x-search.ts'
import { Rules, Subscription, Webhooks } from './x-shape.ts'

const Anything = z.unknown()
const Created = z.object({ data: z.object({ id: z.string() }) })
const Subscriptions = z.object({ data: z.array(z.unknown()).default([]) })

/** Has X tell what happens to the account, to our address or by the stream, and hold the words that are looked for. */
export async function arrange(account: XAccount, client: XClient, signal: AbortSignal): Promise<void> {
  const webhookId = account.settings.receive === 'webhook' ? await webhookOf(account, client, signal) : null
  await subscribe(account, client, webhookId, signal)
  await saveRules(account, client, signal)
}

async function webhookOf(account: XAccount, client: XClient, signal: AbortSignal): Promise<string> {
  const url = callAddress(account)
  const { protocol, port } = new URL(url)
  if (protocol !== 'https:' || port !== '') {
    const sentence = `X calls only https addresses without a port, and this server is found at ${url}`
    throw new XTrouble(sentence, null, new Obstacle('own-address', url, sentence))
  }
  const { data } = await client.read({ method: 'GET', path: '/2/webhooks', as: 'app' }, Webhooks, signal)
  const known = data.find(webhook => webhook.url === url)
  if (known === undefined) {
    const request = { method: 'POST', path: '/2/webhooks', body: { url }, as: 'app' } as const
    return (await client.read(request, Created, signal)).data.id
  }
  if (known.valid === false) {
    await client.read({ method: 'PUT', path: `/2/webhooks/${known.id}`, as: 'app' }, Anything, signal)
  }
  return known.id
}

function wantedEvents({ settings }: XAccount): string[] {
  const posts = ['post.mention.create', 'post.reply.create', 'post.quote.create']
  return settings.directMessages ? [...posts, 'dm.received'] : posts
}

async function subscribe(account: XAccount, client: XClient, webhookId: string | null, signal: AbortSignal) {
  const { userId } = account.settings
  const path = '/2/activity/subscriptions'
  const query = { max_results: '1000' }
  const { data } = await client.read({ method: 'GET', path, query, as: 'app' }, Subscriptions, signal)
  const ours = data
    .flatMap(each => Subscription.safeParse(each).data ?? [])
    .filter(({ filter }) => filter?.user_id === userId)
  for (const event_type of wantedEvents(account)) {
    const known = ours.find(each => each.event_type === event_type)
    const whither = webhookId === null ? {} : { webhook_id: webhookId }
    if (known === undefined) {
      const body = { event_type, filter: { user_id: userId }, tag: tagOf(account), ...whither }
      // What others write to the account is private to it: its app alone may not ask for it.
      await client.read({ method: 'POST', path, body, as: 'account' }, Anything, signal)
    } else if (webhookId !== null && known.webhook_id !== webhookId) {
      const changed = { method: 'PUT', path: `${path}/${known.subscription_id}`, body: whither, as: 'app' } as const
      await client.read(changed, Anything, signal)
    }
  }
}

/** Rules are known as this channel's by their tag; without words there is none to save, but there may be some to take away. */
async function saveRules(account: XAccount, client: XClient, signal: AbortSignal) {
  const wanted = rulesFor(account.settings)
  if (wanted.length === 0 && account.secrets.bearer === undefined) return
  const path = '/2/tweets/search/stream/rules'
  const { data } = await client.read({ method: 'GET', path, as: 'app' }, Rules, signal)
  const ours = data.filter(({ tag }) => tag === tagOf(account))
  const over = ours.filter(({ value }) => !wanted.includes(value))
  const missing = wanted.filter(value => !ours.some(rule => rule.value === value))
  const change = (body: object) => client.read({ method: 'POST', path, body, as: 'app' }, Anything, signal)
  if (over.length > 0) await change({ delete: { ids: over.map(({ id }) => id) } })
  if (missing.length > 0) await change({ add: missing.map(value => ({ value, tag: tagOf(account) })) })
}
