import { type Conflict, conflict } from '@muster/shared/conflict.ts'
import { fingerprint } from './fingerprint.ts'
import type { KeptSecrets } from './secrets.ts'

type Named = { id: string; name: string }

/** Of something in the settings as it is saved: another one whenever it or a secret of it is saved. */
export function versionOf(saved: Named, secrets: KeptSecrets | null): string {
  const boxes = Object.entries(secrets ?? {}).map(([name, { box }]) => `${name}:${box}`)
  return fingerprint(JSON.stringify(saved), ...boxes.sort())
}

/**
 * Why nothing is saved in the place of what somebody else saved meanwhile; null where that was seen. `over`: the version
 * that whoever saves has seen, null where there was none; left out, they replace whatever is there.
 */
export function savedMeanwhile(
  over: string | null | undefined,
  former: Named | null,
  secrets: KeptSecrets | null,
): Conflict | null {
  if (over === undefined) return null
  if (former === null) return over === null ? null : conflict('removed-since', {})
  if (over === null) return conflict('id-taken', { name: former.name, id: former.id }, 'id')
  return over === versionOf(former, secrets) ? null : conflict('changed-since', {})
}
