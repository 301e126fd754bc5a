import { type Conflict, conflict } from '@muster/shared/conflict.ts'
import { fingerprint } from './fingerprint.ts'

type Named = { id: string; name: string }

/** Of something in the settings as it is saved: another whenever something of it is saved that a list shows. */
export function versionOf(saved: Named, secrets: object | null): string {
  return fingerprint(JSON.stringify(saved), ...Object.keys(secrets ?? {}).sort())
}

/**
 * Why nothing is saved in the place of what somebody else saved meanwhile; null where that was seen. `over`: the version
 * that whoever saves has seen, null where there was none; left out, they replace whatever is there.
 */
export function savedMeanwhile(
  over: string | null | undefined,
  former: Named | null,
  secrets: object | null,
  { name }: Named,
): Conflict | null {
  if (over === undefined) return null
  if (former === null) return over === null ? null : conflict('removed-since', { name })
  if (over === null) return conflict('id-taken', { name: former.name, id: former.id }, 'id')
  return over === versionOf(former, secrets) ? null : conflict('changed-since', { name: former.name })
}
