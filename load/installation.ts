import type { Temporary } from '@muster/server/drill/temporary.ts'
import { Webhook } from 'standardwebhooks'

/** Lets so many customers write, once each. */
export async function writeMessages({ url, accounts: { steady } }: Temporary, customers: number): Promise<void> {
  const signer = new Webhook(steady.secret)
  for (let number = 1; number <= customers; number++) {
    const id = `message-${number}`
    const from = { address: `customer-${number}@example.com`, name: `Customer ${number}` }
    const text = `My calendar is empty on the phone, and I have a client meeting in an hour. (${number})`
    const body = JSON.stringify({ id, from, text })
    const now = new Date()
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': signer.sign(id, now, body),
    }
    const { status } = await fetch(`${url}/hooks/${steady.channelId}`, { method: 'POST', headers, body })
    if (status !== 202) throw new Error(`A message was answered ${status}.`)
  }
}

/** Asks as the commander; what the answer carries. */
export async function command({ url, cast }: Temporary, wish: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/api/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${cast.commander.token}` },
    body: JSON.stringify({ id: crypto.randomUUID(), ...wish }),
  })
  return ((await response.json()) as { answer: Record<string, unknown> }).answer
}

/** The session cookie of a responder, as a browser would have it. */
export async function signIn(stage: Temporary): Promise<{ name: string; value: string; url: string }> {
  const person = { id: 'ada', name: 'Ada', team: 'Support', role: 'responder' }
  const { url } = stage
  await command(stage, { type: 'person/save', person })
  const { link } = await command(stage, { type: 'person/invite', personId: person.id })
  const response = await fetch(`${url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ link: String(link).split('/').at(-1) }),
  })
  const [name = '', value = ''] = (response.headers.getSetCookie()[0] ?? '').split(';', 1)[0]?.split('=', 2) ?? []
  return { name, value, url }
}
