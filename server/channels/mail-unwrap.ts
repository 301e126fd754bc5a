/** In what a provider posts a mail to us. `contentType` is that of its call. */
export type Wrapping = { provider: 'postmark' | 'mailgun'; contentType: string }

/** What a provider signed beside the mail. */
export type Signed = { timestamp: string; token: string; signature: string }

export type Unwrapped = { raw: Uint8Array; signed: Signed | null }

/** It holds no mail because of how it was set up: once that is mended, the same mail may come again. */
export class NotSetUp extends Error {}

/** Takes the raw mail out of what a provider posted. Throws an Error whose message is a sentence where there is none. */
export async function unwrap(body: Uint8Array, { provider, contentType }: Wrapping): Promise<Unwrapped> {
  return provider === 'postmark' ? ofPostmark(body) : await ofMailgun(body, contentType)
}

function ofPostmark(body: Uint8Array): Unwrapped {
  const posted = jsonOf(body)
  const raw = typeof posted === 'object' && posted !== null && 'RawEmail' in posted ? posted.RawEmail : null
  if (typeof raw !== 'string' || raw === '') {
    throw new NotSetUp(
      'It holds no RawEmail: switch on "Include raw email content in JSON payload" for the inbound stream.',
    )
  }
  return { raw: bytesOf(raw), signed: null }
}

async function ofMailgun(body: Uint8Array, contentType: string): Promise<Unwrapped> {
  const form = await formOf(body, contentType)
  const word = (name: string) => {
    const value = form.get(name)
    return typeof value === 'string' ? value.slice(0, 200) : ''
  }
  const mail = form.get('body-mime')
  if (mail === null)
    throw new NotSetUp('It holds no body-mime: have it forwarded to the whole address, which ends in "mime".')
  const raw = typeof mail === 'string' ? bytesOf(mail) : new Uint8Array(await mail.arrayBuffer())
  return { raw, signed: { timestamp: word('timestamp'), token: word('token'), signature: word('signature') } }
}

async function formOf(body: Uint8Array, contentType: string): Promise<Pick<FormData, 'get'>> {
  try {
    return await new Response(new Blob([Buffer.from(body)]), { headers: { 'content-type': contentType } }).formData()
  } catch {
    throw new Error('It is no form.')
  }
}

/** A mail that was sent as bytes and posted as text: characters beyond ASCII are UTF-8 by now. */
function bytesOf(mail: string): Uint8Array {
  return Buffer.from(mail)
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    throw new Error('It is no JSON.')
  }
}
