import { IncidentPath, paths } from '@muster/shared/endpoint.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { Router } from 'express'
import { z } from 'zod'
import { Histories } from '../desk/history.ts'
import { keyOf } from '../domain/indexes.ts'
import { mostMinutes } from '../domain/series.ts'
import type { Guard } from './guard.ts'
import { sendInvalid, sendRefusal } from './respond.ts'
import type { HttpSurroundings } from './surroundings.ts'

const expected = `expected a whole number from 1 to ${mostMinutes}`

export const SeriesQuery = z.object({
  minutes: z
    .string()
    .regex(/^\d{1,4}$/, expected)
    .transform(Number)
    .refine(minutes => minutes >= 1 && minutes <= mostMinutes, expected)
    .prefault('60'),
})

/** The figures of an incident over time, of its wordings and of its channels. */
export function seriesRoutes({ store, weather }: HttpSurroundings, guard: Guard): Router {
  const router = Router()
  const histories = new Histories(store)

  router.get(
    paths.series,
    guard('read/incident', async (_, request, response) => {
      const asked = SeriesQuery.extend(IncidentPath.shape).safeParse({ ...request.query, ...request.params })
      if (!asked.success) return sendInvalid(response, asked.error)
      const { records } = await store.read(asked.data.incidentId, [keyOf.incident])
      if (!records[0]) return sendRefusal(response, notFound('incident'))
      const series = await histories.series(asked.data.incidentId, asked.data.minutes)
      if (series === null) return sendRefusal(response, notFound('incident'))
      response.json(series)
    }),
  )

  router.get(
    paths.usage,
    guard('read/usage', async (_, request, response) => {
      const asked = IncidentPath.safeParse(request.params)
      if (!asked.success) return sendInvalid(response, asked.error)
      const { incidentId } = asked.data
      const { records } = await store.read(incidentId, [keyOf.incident])
      const usage = records[0] ? await histories.usage(incidentId) : null
      if (usage === null) return sendRefusal(response, notFound('incident'))
      response.json(usage)
    }),
  )

  router.get(
    paths.weather,
    guard('read/incident', async (_, request, response) => {
      const asked = IncidentPath.safeParse(request.params)
      if (!asked.success) return sendInvalid(response, asked.error)
      const found = await weather(asked.data.incidentId)
      if (found === null) return sendRefusal(response, notFound('incident'))
      response.json(found)
    }),
  )

  return router
}
