import type { Link } from './redis-link.ts'

/**
 * Whether this Redis can be trusted with rooms. Throws a sentence when it would lose records by itself or cannot run the
 * scripts; tells `onFault` of what cannot be known or may lose something when the machine fails.
 */
export async function checkFitness(link: Link, onFault: (error: Error) => void): Promise<void> {
  const facts = await ask(link)
  if (!facts) {
    onFault(
      new Error(
        'Redis does not let Muster ask for its settings (INFO): see to it that maxmemory-policy is noeviction.',
      ),
    )
    return
  }
  refuseUnfit(facts)
  if (facts.get('aof_enabled') !== '1') {
    onFault(
      new Error('Redis keeps no append-only file: what it acknowledged is lost when it ends. Set appendonly yes.'),
    )
  }
}

function refuseUnfit(facts: ReadonlyMap<string, string>): void {
  const policy = facts.get('maxmemory_policy')
  if (policy !== 'noeviction') {
    throw new Error(
      `Redis throws records away when memory is short (maxmemory-policy ${policy}). Set it to noeviction.`,
    )
  }
  if (Number.parseInt(facts.get('redis_version') ?? '', 10) < 7) {
    throw new Error(`Redis ${facts.get('redis_version')} is too old. Muster needs Redis 7.0 or newer, or Valkey.`)
  }
  if (facts.get('redis_mode') === 'cluster') {
    throw new Error('This Redis is part of a cluster, which Muster does not speak to. Name a single Redis.')
  }
}

async function ask(link: Link): Promise<Map<string, string> | null> {
  try {
    const info = String(await link.send(['INFO']))
    return new Map(info.split('\r\n').map(line => line.split(':', 2) as [string, string]))
  } catch (error) {
    if (String((error as Error).cause).includes('NOPERM')) return null
    throw error
  }
}
