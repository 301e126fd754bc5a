import type { QuarantineView } from '@muster/shared/endpoint.ts'
import { mostQuarantined } from '../desk/picture.ts'
import type { Quarantined } from '../domain/company.ts'
import { company } from '../domain/indexes.ts'
import type { Listed, Store } from '../store/store.ts'

const shownOfOriginal = 2_000

/** The oldest 200: each may hold a megabyte, so they are read in small pages and cut at once. */
export async function quarantineOf(store: Store): Promise<QuarantineView[]> {
  const views: QuarantineView[] = []
  let page: Listed[]
  let after: { score: number; key: string } | null = null
  do {
    page = await store.list(company.room, company.quarantined, { after, limit: 20 })
    const kept = page.map(({ stored }) => stored.value as Quarantined)
    const names = await namesOf(store, kept)
    views.push(...kept.map((each, index) => viewOf(each, names[index] ?? each.channelId)))
    const last = page.at(-1)
    after = last === undefined ? null : { score: last.score, key: last.key }
  } while (page.length === 20 && views.length < mostQuarantined)
  return views
}

/** By which channel or source of alerts each came, as people know it; undefined where that was removed. */
async function namesOf(store: Store, kept: readonly Quarantined[]): Promise<(string | undefined)[]> {
  const keys = kept.map(({ kind, channelId }) =>
    kind === 'alert' ? company.alertSource(channelId) : company.channel(channelId),
  )
  const { records } = await store.read(company.room, keys)
  return records.map(record => (record?.value as { name: string } | undefined)?.name)
}

function viewOf({ id, kind, channelId, defect, arrivedAt, raw }: Quarantined, name: string): QuarantineView {
  const original = Buffer.from(raw, 'base64')
  // A character takes up to four bytes.
  const beginning = original
    .subarray(0, 4 * shownOfOriginal)
    .toString('utf8')
    .slice(0, shownOfOriginal)
  return { id, kind, channelId, name, defect, arrivedAt, beginning, bytes: original.byteLength }
}
