import { oneLine } from './plain-text.ts'

/** Makes what a foreign server said fit to be shown and logged: one short line, without any of the channel's secrets. */
export type Concealment = (said: string) => string

const longestShown = 300

type Secrets = Readonly<Record<string, string | readonly string[] | undefined>>

export function concealmentOf(secrets: Secrets, user: string): Concealment {
  // The longest first, for one form may be a part of another.
  const { clientId: _, ...secret } = secrets
  const hidden = Object.values(secret)
    .flatMap(value => value ?? [])
    .flatMap(secret => formsOf(secret, user))
    .toSorted((one, other) => other.length - one.length)
  return said =>
    oneLine(
      hidden.reduce((text, form) => text.replaceAll(form, '[secret]'), said),
      longestShown,
    )
}

/** A secret as it may come back in a server's complaint: plain, and as SMTP and IMAP sign in with it. */
function formsOf(secret: string, user: string): string[] {
  const encoded = [secret, `\0${user}\0${secret}`].map(text => Buffer.from(text).toString('base64'))
  return [secret, secret.replace(/^whsec_/, ''), ...encoded].filter(form => form.length > 0)
}

/** What an error says, with what the other side answered where the error carries it. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const answer = 'responseText' in error && typeof error.responseText === 'string' ? ` (${error.responseText})` : ''
  if ('authenticationFailed' in error) return `The server does not accept the sign-in${answer}`
  const code = 'code' in error && typeof error.code === 'string' && error.message === '' ? error.code : ''
  return `${error.message}${code}${answer}`
}
