/** What a channel is given to work with, beside its record and its secrets. */
export type Surroundings = {
  /** Hosts (`name`, `address` or either with `:port`) it may call although they are not on the public internet. */
  internalHosts: readonly string[]
  /** ms since 1970. */
  clock: () => number
  /** 0 up to, not including, 1. */
  random: () => number
  /** Makes a Message-ID provably ours. The same for every node and every start. */
  hmacKey: Buffer | string
  /** Where people and other servers find Muster: its public origin. */
  origin: string
  /** What a channel must keep secret between two starts, as refreshed tokens: the same on every node, encrypted at rest. */
  vault: Vault
  /** Reading costs money too: millionths of a dollar, and what for. */
  spend: (microDollars: number, what: string) => void
  /** Whether it may cost more this month; never rejects. */
  mayCost: () => Promise<boolean>
  log: Log
}

export type Vault = { load(): Promise<string | null>; save(secret: string): Promise<void> }

export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown>) => void
