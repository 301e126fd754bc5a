import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import type { KeptSecrets, Sealed, SealedSecrets } from '../domain/secrets.ts'

/** 32 bytes each: what is sealed is sealed under the first, and what a former one sealed can still be opened. */
export type MasterKeys = { current: Buffer; former: readonly Buffer[] }

const cipher = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/** Secrets that are kept and cannot be opened, and why. */
export class Unopened extends Error {
  override name = 'Unopened'
  readonly names: readonly string[]
  readonly why: 'key-missing' | 'secret-changed'

  constructor(names: readonly string[], why: Unopened['why']) {
    super(sentences[why](names.map(name => `"${name}"`).join(', '), names.length === 1))
    this.names = names
    this.why = why
  }
}

const sentences = {
  'key-missing': (which: string, one: boolean) =>
    one
      ? `The secret ${which} is sealed under a key that is not here. Enter it again.`
      : `The secrets ${which} are sealed under keys that are not here. Enter them again.`,
  'secret-changed': (which: string, one: boolean) =>
    one
      ? `The secret ${which} was changed where it is kept, and cannot be opened. Enter it again.`
      : `The secrets ${which} were changed where they are kept, and cannot be opened. Enter them again.`,
}

/**
 * Seals what must be kept secret at rest (AES-256-GCM). A sealed secret opens in its own record under its own name alone:
 * moved elsewhere, changed, or without its key it opens nowhere.
 */
export class Safe {
  readonly keyId: string
  readonly #keys: ReadonlyMap<string, Buffer>
  readonly #current: Buffer

  constructor({ current, former }: MasterKeys) {
    this.#current = current
    this.keyId = idOf(current)
    this.#keys = new Map([...former, current].map(key => [idOf(key), key]))
  }

  /** Whether it has the key of this id, today's or a former one. */
  has(keyId: string): boolean {
    return this.#keys.has(keyId)
  }

  /** `record` is the key of the record they are kept in. What is empty is taken away. */
  seal(record: string, secrets: Readonly<Record<string, unknown>>): SealedSecrets {
    const given = Object.entries(secrets).filter(([, secret]) => secret !== undefined)
    return Object.fromEntries(
      given.map(([name, secret]) => [name, isEmpty(secret) ? null : this.sealOne(record, name, secret)]),
    )
  }

  /** Throws `Unopened` with the names of all that cannot be opened. */
  open<T extends object>(record: string, kept: KeptSecrets): T {
    const failed: Unopened[] = []
    const opened: [string, unknown][] = []
    for (const [name, sealed] of Object.entries(kept)) {
      try {
        opened.push([name, this.openOne(record, name, sealed)])
      } catch (error) {
        if (!(error instanceof Unopened)) throw error
        failed.push(error)
      }
    }
    if (failed.length > 0) throw together(failed)
    return Object.fromEntries(opened) as T
  }

  /** The same secrets under today's key; those that are there in clear are sealed. */
  renew(record: string, kept: Readonly<Record<string, unknown>>): KeptSecrets {
    return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, this.renewOne(record, name, value)]))
  }

  /** A mark of a text by which it is known again, and which tells whoever has no key nothing of it. */
  fingerprint(text: string): string {
    return createHmac('sha256', this.#current).update(`fingerprint\0${text}`).digest('base64url').slice(0, 32)
  }

  sealOne(record: string, name: string, secret: unknown): Sealed {
    const iv = randomBytes(ivBytes)
    const sealing = createCipheriv(cipher, this.#current, iv).setAAD(placeOf(record, name))
    const sealed = Buffer.concat([sealing.update(JSON.stringify(secret), 'utf8'), sealing.final()])
    return { key: this.keyId, box: Buffer.concat([iv, sealing.getAuthTag(), sealed]).toString('base64url') }
  }

  openOne(record: string, name: string, sealed: Sealed): unknown {
    const key = this.#keys.get(sealed.key)
    if (key === undefined) throw new Unopened([name], 'key-missing')
    try {
      const box = Buffer.from(sealed.box, 'base64url')
      const opening = createDecipheriv(cipher, key, box.subarray(0, ivBytes), { authTagLength: tagBytes })
      opening.setAAD(placeOf(record, name)).setAuthTag(box.subarray(ivBytes, ivBytes + tagBytes))
      const opened = Buffer.concat([opening.update(box.subarray(ivBytes + tagBytes)), opening.final()])
      return JSON.parse(opened.toString('utf8'))
    } catch {
      throw new Unopened([name], 'secret-changed')
    }
  }

  renewOne(record: string, name: string, value: unknown): Sealed {
    if (!isSealed(value)) return this.sealOne(record, name, value)
    if (value.key === this.keyId || !this.has(value.key)) return value
    return this.sealOne(record, name, this.openOne(record, name, value))
  }
}

/** A key that comes back would open some of them only, where others were changed. */
function together(failed: readonly Unopened[]): Unopened {
  const changed = failed.some(({ why }) => why === 'secret-changed')
  return new Unopened(
    failed.flatMap(({ names }) => names),
    changed ? 'secret-changed' : 'key-missing',
  )
}

export function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && 'box' in value && 'key' in value
}

function isEmpty(secret: unknown): boolean {
  return secret === '' || (Array.isArray(secret) && secret.length === 0)
}

/** A hash that tells nothing of the key: 256 random bits are guessed by nobody. */
function idOf(key: Buffer): string {
  return createHash('sha256').update('muster key id\0').update(key).digest('hex').slice(0, 16)
}

function placeOf(record: string, name: string): Buffer {
  return Buffer.from(JSON.stringify(['muster', record, name]))
}
