import { Command } from '@muster/shared/command.ts'
import type { Conversation } from '@muster/shared/conversation.ts'
import {
  ConversationPath,
  IncidentPath,
  type IncidentsAnswer,
  paths,
  type SamplesAnswer,
} from '@muster/shared/endpoint.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { may } from '@muster/shared/permission.ts'
import { Router } from 'express'
import { z } from 'zod'
import { conversationOf, incidentsOf, proposalsOf, quarantinedIn, snapshotOf, timelineOf } from '../desk/picture.ts'
import { samplesOf } from '../desk/samples.ts'
import { voicedLines } from '../desk/voice.ts'
import { keyOf } from '../domain/indexes.ts'
import type { Guard } from './guard.ts'
import { sendInvalid, sendOutcome, sendRefusal } from './respond.ts'
import type { HttpSurroundings } from './surroundings.ts'

/** Most entries of one answer; who is further behind begins with a snapshot. */
const mostEntries = 2_000

export const EntriesQuery = z.object({
  era: z.string().min(1).max(64),
  seq: z
    .string()
    .regex(/^\d{1,15}$/, 'expected a whole number from 0')
    .transform(Number),
})

/** `next` of the page before: a score and the id of a line; "@" begins the ids of what Muster did itself. */
export const TimelineQuery = z.object({
  next: z
    .string()
    .regex(/^-\d{1,16}:@?[A-Za-z0-9_-]{1,80}$/, 'expected "next" as the page before gave it')
    .transform(next => {
      const [score = '', id = ''] = next.split(':')
      return { score: Number(score), key: keyOf.moment(id) }
    })
    .nullable()
    .default(null),
})

/** Commands, and what is to be read of incidents. */
export function incidentRoutes({ ask, store, suggestions }: HttpSurroundings, guard: Guard): Router {
  const router = Router()

  router.post(
    paths.commands,
    guard(null, async ({ actor }, request, response) => {
      const command = Command.safeParse(request.body)
      if (!command.success) return sendInvalid(response, command.error)
      sendOutcome(response, await ask(actor, command.data))
    }),
  )

  router.get(
    paths.incidents,
    guard('read/incident', async ({ actor }, _, response) => {
      const incidents = await incidentsOf(store)
      const isGuest = actor.incidentId !== null
      const answer: IncidentsAnswer = {
        incidents: incidents.filter(({ id }) => !isGuest || id === actor.incidentId),
        proposals: isGuest ? [] : await proposalsOf(store),
        quarantined: !isGuest && may(actor.role, 'read/quarantine') ? await quarantinedIn(store) : 0,
      }
      response.json(answer)
    }),
  )

  router.get(
    paths.snapshot,
    guard('read/incident', async (_, request, response) => {
      const path = IncidentPath.safeParse(request.params)
      if (!path.success) return sendInvalid(response, path.error)
      const snapshot = await snapshotOf(store, path.data.incidentId)
      if (snapshot === null) return sendRefusal(response, notFound('incident'))
      response.json(snapshot)
    }),
  )

  router.get(
    paths.entries,
    guard('read/incident', async (_, request, response) => {
      const asked = EntriesQuery.extend(IncidentPath.shape).safeParse({ ...request.query, ...request.params })
      if (!asked.success) return sendInvalid(response, asked.error)
      const { incidentId, ...cursor } = asked.data
      const { records } = await store.read(incidentId, [keyOf.incident])
      if (!records[0]) return sendRefusal(response, notFound('incident'))
      const since = await store.since(incidentId, cursor, mostEntries)
      if (since.type === 'reset') return void response.json(since)
      const lines = await voicedLines(store, incidentId, since.lines)
      response.json({ type: since.type, at: since.at, entries: lines.map(({ seq, told }) => ({ ...told, seq })) })
    }),
  )

  router.get(
    paths.timeline,
    guard('read/incident', async (_, request, response) => {
      const asked = TimelineQuery.extend(IncidentPath.shape).safeParse({ ...request.query, ...request.params })
      if (!asked.success) return sendInvalid(response, asked.error)
      const { incidentId, next } = asked.data
      const { records } = await store.read(incidentId, [keyOf.incident])
      if (!records[0]) return sendRefusal(response, notFound('incident'))
      response.json(await timelineOf(store, incidentId, next))
    }),
  )

  router.get(
    paths.samples,
    guard('read/samples', async (_, request, response) => {
      const path = IncidentPath.safeParse(request.params)
      if (!path.success) return sendInvalid(response, path.error)
      const { incidentId } = path.data
      const { records } = await store.read(incidentId, [keyOf.incident])
      if (!records[0]) return sendRefusal(response, notFound('incident'))
      const answer: SamplesAnswer = { samples: await samplesOf(store, incidentId) }
      response.json(answer)
    }),
  )

  router.get(
    paths.conversation,
    guard('read/conversation', async (_, request, response) => {
      const path = ConversationPath.safeParse(request.params)
      if (!path.success) return sendInvalid(response, path.error)
      const conversation = await conversationOf(store, path.data.incidentId, path.data.conversationId)
      if (conversation === null) return sendRefusal(response, notFound('conversation'))
      response.json(conversation)
    }),
  )

  router.get(
    paths.topicsOf,
    guard('read/conversation', async (_, request, response) => {
      const path = ConversationPath.safeParse(request.params)
      if (!path.success) return sendInvalid(response, path.error)
      const { incidentId, conversationId } = path.data
      const { records } = await store.read(incidentId, [keyOf.conversation(conversationId)])
      if (!records[0]) return sendRefusal(response, notFound('conversation'))
      response.json({ suggestions: await suggestions.of(incidentId, records[0].value as Conversation) })
    }),
  )

  return router
}
