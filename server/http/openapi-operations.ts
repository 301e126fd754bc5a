import { Command } from '@muster/shared/command.ts'
import {
  ConversationPath,
  HookMessage,
  IncidentPath,
  IncidentSeries,
  IncidentUsage,
  JoinOffer,
  JoinRequest,
  JoinView,
  NewPassword,
  paths,
  SignIn,
  TopicSuggestion,
} from '@muster/shared/endpoint.ts'
import { Instant } from '@muster/shared/identifier.ts'
import { Moment } from '@muster/shared/moment.ts'
import type { Permission } from '@muster/shared/permission.ts'
import { Playbook } from '@muster/shared/playbook.ts'
import { Outcome } from '@muster/shared/refusal.ts'
import { ChannelTrial, TrialsAnswer } from '@muster/shared/trial.ts'
import { ChannelWeather } from '@muster/shared/weather.ts'
import { z } from 'zod'
import { EntriesQuery, TimelineQuery } from './incident-routes.ts'
import {
  AlertSourceShown,
  Channel,
  Detail,
  Entries,
  Incidents,
  Me,
  Person,
  Quarantined,
  Sampled,
  Snapshot,
  StatusPageShown,
} from './openapi-answers.ts'
import { SeriesQuery } from './series-routes.ts'

export type Operation = {
  method: 'get' | 'post'
  path: string
  summary: string
  /** `open`: for anybody; `person`: for whoever is signed in. */
  access: Permission | 'open' | 'person'
  body?: z.ZodType
  parameters?: z.ZodObject
  query?: z.ZodObject
  answer: z.ZodType
}

const ChannelPath = z.object({ channelId: z.string() })
const JoinPath = z.object({ code: z.string() })

/** Everything the door answers to programs. */
export const operations: readonly Operation[] = [
  {
    method: 'post',
    path: paths.signIn,
    summary: 'Sign in by a one-time link, or by name and password',
    access: 'open',
    body: SignIn,
    answer: z.object({ personId: z.string() }),
  },
  { method: 'post', path: paths.signOut, summary: 'End this session', access: 'open', answer: z.object({}) },
  { method: 'get', path: paths.me, summary: 'Who one is, and may do', access: 'person', answer: Me },
  {
    method: 'post',
    path: paths.password,
    summary: "Set one's own password",
    access: 'person',
    body: NewPassword,
    answer: Outcome,
  },
  {
    method: 'post',
    path: paths.commands,
    summary: 'Give a command; each needs the permission of its type',
    access: 'person',
    body: Command,
    answer: Outcome,
  },
  {
    method: 'get',
    path: paths.incidents,
    summary: 'Every incident, the newest first',
    access: 'read/incident',
    answer: Incidents,
  },
  {
    method: 'get',
    path: paths.snapshot,
    summary: 'An incident at a position of its log',
    access: 'read/incident',
    parameters: IncidentPath,
    answer: Snapshot,
  },
  {
    method: 'get',
    path: paths.entries,
    summary: 'The log after a position, at most 2,000 entries',
    access: 'read/incident',
    parameters: IncidentPath,
    query: EntriesQuery,
    answer: Entries,
  },
  {
    method: 'get',
    path: paths.timeline,
    summary: 'What happened in an incident, the newest first, 50 lines a page',
    access: 'read/incident',
    parameters: IncidentPath,
    query: TimelineQuery,
    answer: z.object({ moments: z.array(Moment), next: z.string().nullable() }),
  },
  {
    method: 'get',
    path: paths.series,
    summary: "An incident's figures of the last minutes, 60 or as many as are asked for, at most 1,440",
    access: 'read/incident',
    parameters: IncidentPath,
    query: SeriesQuery,
    answer: IncidentSeries,
  },
  {
    method: 'get',
    path: paths.usage,
    summary: 'What became of the replies that were begun with each wording',
    access: 'read/usage',
    parameters: IncidentPath,
    answer: IncidentUsage,
  },
  {
    method: 'get',
    path: paths.weather,
    summary: 'How the channels of an incident are doing, and when a reply handed in now would leave by each',
    access: 'read/incident',
    parameters: IncidentPath,
    answer: z.object({ incidentId: z.string(), at: Instant, channels: z.array(ChannelWeather) }),
  },
  {
    method: 'get',
    path: paths.samples,
    summary: 'The oldest 50 sent replies somebody should look at afterwards',
    access: 'read/samples',
    parameters: IncidentPath,
    answer: z.object({ samples: z.array(Sampled) }),
  },
  {
    method: 'get',
    path: paths.conversation,
    summary: 'One conversation with its messages and replies',
    access: 'read/conversation',
    parameters: ConversationPath,
    answer: Detail,
  },
  {
    method: 'get',
    path: paths.topicsOf,
    summary: 'Topics a conversation is likely about, by what was tagged in its incident',
    access: 'read/conversation',
    parameters: ConversationPath,
    answer: z.object({ suggestions: z.array(TopicSuggestion) }),
  },
  {
    method: 'get',
    path: paths.incidentJoin,
    summary: 'The code and link by which guests join an incident',
    access: 'read/join',
    parameters: IncidentPath,
    answer: z.object({ join: JoinView.nullable() }),
  },
  {
    method: 'get',
    path: paths.joinCode,
    summary: 'Where a join code leads',
    access: 'open',
    parameters: JoinPath,
    answer: JoinOffer,
  },
  {
    method: 'post',
    path: paths.join,
    summary: 'Join an incident by a code, as a guest or as whoever is signed in',
    access: 'open',
    body: JoinRequest,
    answer: z.object({ personId: z.string(), incidentId: z.string() }),
  },
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
  {
    method: 'post',
    path: paths.alert,
    summary: 'An alert of Alertmanager, Grafana or PagerDuty, as these post it, with a bearer token or signed',
    access: 'open',
    parameters: z.object({ sourceId: z.string() }),
    body: z.record(z.string(), z.unknown()),
    answer: z.object({}),
  },
  {
    method: 'post',
    path: paths.hook,
    summary: 'A message for a webhook channel, signed by Standard Webhooks',
    access: 'open',
    parameters: ChannelPath,
    body: HookMessage,
    answer: z.object({}),
  },
  {
    method: 'get',
    path: paths.health,
    summary: 'Whether the process lives',
    access: 'open',
    answer: z.object({ status: z.literal('alive') }),
  },
  {
    method: 'get',
    path: paths.ready,
    summary: 'Whether its store answers',
    access: 'open',
    answer: z.object({ status: z.literal('ready'), store: z.enum(['sqlite', 'redis']) }),
  },
]
