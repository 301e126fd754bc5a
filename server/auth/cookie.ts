import { sessionLifeMs } from '../domain/session.ts'

/** The session's cookie. Under https its name binds it to this host, and the browser sends it nowhere else. */
export class SessionCookie {
  readonly #name: string
  readonly #attributes: string

  constructor({ secure }: { secure: boolean }) {
    this.#name = secure ? '__Host-muster' : 'muster'
    this.#attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  }

  /** The secret in a `cookie` header, or null. */
  read(header: string | undefined): string | null {
    for (const pair of header?.split(';') ?? []) {
      const [name, value] = pair.trim().split('=', 2)
      if (name === this.#name && value !== undefined && /^[\w-]{43}$/.test(value)) return value
    }
    return null
  }

  /** The `set-cookie` header that gives a browser this secret. */
  give(secret: string): string {
    return `${this.#name}=${secret}; Max-Age=${sessionLifeMs / 1000}; ${this.#attributes}`
  }

  /** The `set-cookie` header that takes it away. */
  take(): string {
    return `${this.#name}=; Max-Age=0; ${this.#attributes}`
  }
}
