import { Webhook } from 'standardwebhooks'

/** Somebody who posts customers' messages to a webhook channel, signed. */
export class Post {
  readonly url: string
  readonly #signer: Webhook

  constructor(origin: string, channelId: string, secret: string) {
    this.url = `${origin}/hooks/${channelId}`
    this.#signer = new Webhook(secret)
  }

  send(message: { id: string; address: string; text: string; name?: string }, when = new Date()): Promise<Response> {
    const { id, address, text, name = '' } = message
    const body = JSON.stringify({ id, from: { address, name }, text })
    return this.sendRaw(id, body, this.#signer.sign(id, when, body), when)
  }

  sendRaw(id: string, body: string, signature: string, when = new Date()): Promise<Response> {
    return fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(when.getTime() / 1000)),
        'webhook-signature': signature,
      },
      body,
    })
  }
}

export const hookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

/** Nobody may call it, not even a server that may call this machine: a reply to it comes back at once. */
const nobodys = 'http://127.0.0.2/replies'

/** A webhook channel as the settings' file has it; `replyUrl`: null for one that only receives. */
export function hookChannel(id: string, replyUrl: string | null = nobodys) {
  return {
    channel: {
      id,
      name: id,
      enabled: true,
      incidentId: null,
      settings: { kind: 'webhook' as const, replyUrl, longest: 10_000, deduplicates: true },
      // Most tests send the same few words to everybody; that public copies are stopped has tests of its own.
      sameness: 'off' as const,
    },
    secrets: { signing: [hookSecret] },
  }
}
