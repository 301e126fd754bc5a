import type { Outcome } from '@muster/shared/refusal.ts'
import type { Role } from '@muster/shared/role.ts'
import type { Desk } from '../desk/desk.ts'
import type { TokenRecord } from '../domain/access.ts'
import { type Actor, muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { hashOf, newSecret } from './secret.ts'

/** A new token for a program: shown once, stored as a hash, good until it is revoked. */
export async function issueToken(
  desk: Desk,
  { name, role, by = muster }: { name: string; role: Role; by?: Actor },
): Promise<{ outcome: Outcome; secret: string }> {
  const secret = `muster_${newSecret()}`
  const command = { id: crypto.randomUUID(), type: 'token/issue', hash: hashOf(secret), name, role } as const
  return { outcome: await desk.handle(company.room, command, by), secret }
}

/** Revokes every token of this name, and says how many there were. */
export async function revokeTokens(desk: Desk, name: string): Promise<Outcome[]> {
  const tokens = (await tokensOf(desk)).filter(token => token.name === name)
  return Promise.all(
    tokens.map(({ hash }) =>
      desk.handle(company.room, { id: crypto.randomUUID(), type: 'token/revoke', hash }, muster),
    ),
  )
}

/** Every token, the oldest first. */
export async function tokensOf(desk: Desk): Promise<(TokenRecord & { hash: string })[]> {
  const listed = await desk.store.list(company.room, company.tokens, { after: null, limit: 1_000 })
  return listed.map(({ key, stored }) => ({ ...(stored.value as TokenRecord), hash: key.slice(key.indexOf('/') + 1) }))
}
