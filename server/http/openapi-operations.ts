import { Command } from '@muster/shared/command.ts'
import { HookMessage, JoinOffer, JoinRequest, NewPassword, paths, SignIn } from '@muster/shared/endpoint.ts'
import { Outcome } from '@muster/shared/refusal.ts'
import { z } from 'zod'
import { Me } from './openapi-answers.ts'
import { companyOperations } from './openapi-company-operations.ts'
import { incidentOperations } from './openapi-incident-operations.ts'
import type { Operation } from './openapi-operation.ts'

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
  ...incidentOperations,
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
  ...companyOperations,
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
