import { paths } from '@muster/shared/endpoint.ts'
import { Playbook } from '@muster/shared/playbook.ts'
import { ChannelTrial, TrialsAnswer } from '@muster/shared/trial.ts'
import { z } from 'zod'
import { AlertSourceShown, Channel, Person, Quarantined, StatusPageShown } from './openapi-answers.ts'
import type { Operation } from './openapi-operation.ts'

/** What is read of the company: its settings, its people, what it could not read. */
export const companyOperations: readonly Operation[] = [
  {
    method: 'get',
    path: paths.channels,
    summary: 'Channels and how they are doing, without their secrets',
    access: 'read/channels',
    answer: z.object({ channels: z.array(Channel) }),
  },
  {
    method: 'post',
    path: paths.tryChannel,
    summary: 'Try a channel out as it would be saved; nothing is stored',
    access: 'channel/try',
    body: ChannelTrial,
    answer: TrialsAnswer,
  },
  {
    method: 'get',
    path: paths.statusPages,
    summary: 'Status pages that updates are brought to, without their secrets',
    access: 'read/status-pages',
    answer: z.object({ pages: z.array(StatusPageShown) }),
  },
  {
    method: 'get',
    path: paths.people,
    summary: 'Everybody who may sign in, or once could',
    access: 'read/people',
    answer: z.object({ people: z.array(Person) }),
  },
  {
    method: 'get',
    path: paths.playbooks,
    summary: 'What incidents are declared from',
    access: 'read/playbooks',
    answer: z.object({ playbooks: z.array(Playbook) }),
  },
  {
    method: 'get',
    path: paths.quarantine,
    summary: 'The oldest 200 messages and alerts that could not be read',
    access: 'read/quarantine',
    answer: z.object({ quarantine: z.array(Quarantined) }),
  },
  {
    method: 'get',
    path: paths.alertSources,
    summary: 'Other systems that alarm, without their secrets',
    access: 'read/alert-sources',
    answer: z.object({ sources: z.array(AlertSourceShown) }),
  },
]
