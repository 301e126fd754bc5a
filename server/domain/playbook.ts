import type { CompanyCommand } from '@muster/shared/company-command.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { type Context, change, type Decision, refuse, type View } from './decision.ts'
import { named } from './incident.ts'
import { company } from './indexes.ts'

type Of<T extends CompanyCommand['type']> = Extract<CompanyCommand, { type: T }>

export function savePlaybook({ playbook }: Of<'playbook/save'>, view: View, { actor, now }: Context): Decision {
  const key = company.playbook(playbook.id)
  view.get(key)
  return change(
    [{ key, value: playbook }],
    [{ type: 'playbook/saved', at: now, by: named(actor), subject: playbook.id }],
  )
}

export function removePlaybook({ playbookId }: Of<'playbook/remove'>, view: View, { actor, now }: Context): Decision {
  const key = company.playbook(playbookId)
  if (view.get(key) === null) return refuse(notFound('playbook'))
  return change([{ key, value: null }], [{ type: 'playbook/removed', at: now, by: named(actor), subject: playbookId }])
}
