import type { CompanyCommand } from '@muster/shared/company-command.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { pageSecretsElsewhere } from '@muster/shared/secret-place.ts'
import type { StatusPage } from '@muster/shared/status-page.ts'
import { type Context, change, type Decision, refuse, type View } from './decision.ts'
import { named } from './incident.ts'
import { company } from './indexes.ts'
import { type KeptSecrets, keeping, misdirected, type SealedCommand } from './secrets.ts'
import { savedMeanwhile, versionOf } from './version.ts'

type Remove = Extract<CompanyCommand, { type: 'status-page/remove' }>

export function saveStatusPage(
  { page, secrets, over }: SealedCommand<'status-page/save'>,
  view: View,
  { actor, now }: Context,
): Decision {
  const [record, kept] = [company.statusPage(page.id), company.statusPageSecrets(page.id)] as const
  view.need([record, kept])
  const former = view.get<KeptSecrets>(kept)
  const saved = view.get<StatusPage>(record)
  const elsewhere = pageSecretsElsewhere(saved?.settings ?? null, page.settings)
  const refusal = savedMeanwhile(over, saved, former) ?? misdirected(elsewhere, former, secrets)
  if (refusal !== null) return refuse(refusal)
  const keeps = keeping(former, secrets)
  return change(
    [
      { key: record, value: page },
      { key: kept, value: keeps },
    ],
    [{ type: 'status-page/saved', at: now, by: named(actor), subject: page.id }],
    { version: versionOf(page, keeps) },
  )
}

export function removeStatusPage({ pageId }: Remove, view: View, { actor, now }: Context): Decision {
  const keys = [company.statusPage(pageId), company.statusPageSecrets(pageId)]
  view.need(keys)
  const [page] = keys.map(key => view.get(key))
  if (page === null) return refuse(notFound('status-page'))
  return change(
    keys.map(key => ({ key, value: null })),
    [{ type: 'status-page/removed', at: now, by: named(actor), subject: pageId }],
  )
}
