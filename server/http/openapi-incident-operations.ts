import { ConversationPath, IncidentPath, JoinView, paths, TopicSuggestion } from '@muster/shared/endpoint.ts'
import { IncidentSeries, IncidentUsage } from '@muster/shared/figures.ts'
import { Instant } from '@muster/shared/identifier.ts'
import { Moment } from '@muster/shared/moment.ts'
import { ChannelWeather } from '@muster/shared/weather.ts'
import { z } from 'zod'
import { EntriesQuery, TimelineQuery } from './incident-routes.ts'
import { Detail, Entries, Incidents, Sampled, Snapshot } from './openapi-answers.ts'
import type { Operation } from './openapi-operation.ts'
import { SeriesQuery } from './series-routes.ts'

/** What is read of incidents. */
export const incidentOperations: readonly Operation[] = [
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
]
