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
  log: Log
}

export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown>) => void
