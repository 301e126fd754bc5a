import { randomBytes, randomUUID } from 'node:crypto'
import type { Config } from './config.ts'
import type { Desk } from './desk/desk.ts'
import { Safe } from './desk/safe.ts'
import { sealAll } from './desk/sealing.ts'
import type { Installation } from './domain/company.ts'
import type { RoomCommand } from './domain/decide.ts'
import { muster } from './domain/decision.ts'
import { company } from './domain/indexes.ts'
import { Complaint } from './listen.ts'
import { masterKeys } from './master-key.ts'

/** What earlier versions kept had no key's id, and was in clear. */
type Former = { hmacKey: unknown; keyId?: string }

export type Secrets = {
  safe: Safe
  /** The key that marks our Message-IDs and tells tokens apart, the same on every node and after every start. */
  hmacKey: string
}

/** Everything secret under today's key, or a `Complaint`: what another key sealed is not for this node. */
export async function openSecrets(
  desk: Desk,
  config: Config,
  fault: (error: unknown, about: string) => void,
): Promise<Secrets> {
  const found = await installationOf(desk)
  const safe = new Safe(await masterKeys(config, found?.keyId !== undefined))
  const installation = await claim(desk, safe)
  if ((await sealAll(desk, safe, fault)) > 0) {
    // The store may still hold what was overwritten: that is said where it cannot be helped, and keeps nobody from working.
    await desk.store.scrub().catch(error => fault(error, 'scrubbing what was secret from the store'))
  }
  return { safe, hmacKey: String(safe.openOne(company.installation, 'hmacKey', installation.hmacKey)) }
}

/** Before anything is sealed, so that of two nodes with two keys only one seals. */
async function claim(desk: Desk, safe: Safe): Promise<Installation> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const found = await installationOf(desk)
    if (found?.keyId === safe.keyId) return found as Installation
    if (found?.keyId !== undefined && !safe.has(found.keyId)) throw foreign(found.keyId, safe.keyId)
    await desk.handle(company.room, claimOf(found, safe), muster)
  }
  throw new Complaint('Its store keeps nothing of what is written to it.')
}

function claimOf(found: Former | null, safe: Safe): RoomCommand {
  const hmacKey = found?.hmacKey ?? randomBytes(32).toString('base64url')
  const installation: Installation = {
    hmacKey: safe.renewOne(company.installation, 'hmacKey', hmacKey),
    keyId: safe.keyId,
  }
  const id = randomUUID()
  if (found === null) return { id, type: 'installation/found', installation }
  return { id, type: 'secrets/reseal', key: company.installation, from: found, to: installation }
}

function foreign(sealedUnder: string, own: string): Complaint {
  return new Complaint(
    `The secrets in its store are sealed under another key (${sealedUnder}) than this node has (${own}). Set MUSTER_SECRET_KEY or MUSTER_SECRET_KEY_FILE to that key; to change the key, name the former one in MUSTER_SECRET_KEY_OLD.`,
  )
}

async function installationOf(desk: Desk): Promise<Former | null> {
  const { records } = await desk.store.read(company.room, [company.installation])
  return (records[0]?.value ?? null) as Former | null
}
