import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { MailAccount } from './mail-account.ts'

type Login = { user: string; pass: string; method?: string }

/** Under the mechanism's own name nodemailer would want to ask for tokens by itself. */
const byToken = 'ACCESS-TOKEN'

export const signIns = { [byToken]: xoauth2 }

/** Signs in with the password or an access token. A token that is refused may have been withdrawn: the next is tried once. */
export async function signIn(
  { tokens, password }: MailAccount,
  user: string,
  login: (given: Login) => Promise<void>,
): Promise<void> {
  if (tokens === null) return await login({ user, pass: password })
  const token = await tokens.token()
  try {
    await login({ user, pass: token, method: byToken })
  } catch (error) {
    if (!isRefused(error)) throw error
    tokens.refused(token)
    await login({ user, pass: await tokens.token(), method: byToken })
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'responseCode' in error && Number(error.responseCode) >= 500
}

/** AUTH XOAUTH2; a server that refuses it says why first, and waits for an empty line. */
async function xoauth2(asked: SMTPConnection.CustomAuthenticationContext): Promise<void> {
  const { user, pass } = asked.auth
  const blob = Buffer.from(`user=${user}\u0001auth=Bearer ${pass}\u0001\u0001`).toString('base64')
  const answer = await asked.sendCommand(`AUTH XOAUTH2 ${blob}`)
  const verdict = answer.status === 334 ? await asked.sendCommand('') : answer
  if (verdict.status !== 235) throw new Error('Invalid login')
}
