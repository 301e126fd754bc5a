import type { AlertSource } from '@muster/shared/alert.ts'
import type { ChannelRecord } from '@muster/shared/channel.ts'
import {
  type AlertSourceView,
  type ChannelView,
  type PersonView,
  paths,
  type StatusPageView,
} from '@muster/shared/endpoint.ts'
import type { Playbook } from '@muster/shared/playbook.ts'
import type { StatusPage } from '@muster/shared/status-page.ts'
import { Router } from 'express'
import { all } from '../desk/picture.ts'
import type { PersonRecord } from '../domain/access.ts'
import { guestOf } from '../domain/guest.ts'
import { company } from '../domain/indexes.ts'
import { type Cost, costAt } from '../domain/pool.ts'
import type { KeptSecrets } from '../domain/secrets.ts'
import { versionOf } from '../domain/version.ts'
import type { Store } from '../store/store.ts'
import type { Guard } from './guard.ts'
import { quarantineOf } from './quarantine-list.ts'
import type { HttpSurroundings } from './surroundings.ts'

/** What is to be read of the company: each by its own permission, and never a secret. */
export function companyRoutes({ store, channelHealth }: HttpSurroundings, guard: Guard): Router {
  const router = Router()

  router.get(
    paths.channels,
    guard('read/channels', async (_, __, response) => {
      response.json({ channels: await channelsOf(store, channelHealth) })
    }),
  )

  router.get(
    paths.statusPages,
    guard('read/status-pages', async (_, __, response) => {
      response.json({ pages: await statusPagesOf(store) })
    }),
  )

  router.get(
    paths.people,
    guard('read/people', async (_, __, response) => {
      response.json({ people: await peopleOf(store) })
    }),
  )

  router.get(
    paths.playbooks,
    guard('read/playbooks', async (_, __, response) => {
      response.json({ playbooks: await all<Playbook>(store, company.room, company.playbooks) })
    }),
  )

  router.get(
    paths.quarantine,
    guard('read/quarantine', async (_, __, response) => {
      response.json({ quarantine: await quarantineOf(store) })
    }),
  )

  router.get(
    paths.alertSources,
    guard('read/alert-sources', async (_, __, response) => {
      response.json({ sources: await alertSourcesOf(store) })
    }),
  )

  return router
}

async function alertSourcesOf(store: Store): Promise<AlertSourceView[]> {
  const sources = await all<AlertSource>(store, company.room, company.alertSources)
  const { records } = await store.read(
    company.room,
    sources.map(({ id }) => company.alertSecrets(id)),
  )
  return sources.map((source, index) => {
    return { ...source, ...shownOf(source, records[index]?.value) }
  })
}

async function channelsOf(store: Store, health: HttpSurroundings['channelHealth']): Promise<ChannelView[]> {
  const channels = await all<ChannelRecord>(store, company.room, company.channels)
  const [now, { records }] = await Promise.all([
    store.now(),
    store.read(
      company.room,
      channels.flatMap(({ id }) => [company.secrets(id), company.cost(id)]),
    ),
  ])
  return channels.map((channel, index) => ({
    ...channel,
    ...shownOf(channel, records[2 * index]?.value),
    health: health(channel),
    cost: costSeen((records[2 * index + 1]?.value ?? null) as Cost | null, now),
  }))
}

function costSeen(cost: Cost | null, now: number): ChannelView['cost'] {
  if (cost === null) return null
  const { today, inMonth: month } = costAt(cost, now)
  return { today, month }
}

async function statusPagesOf(store: Store): Promise<StatusPageView[]> {
  const pages = await all<StatusPage>(store, company.room, company.statusPages)
  const { records } = await store.read(
    company.room,
    pages.map(({ id }) => company.statusPageSecrets(id)),
  )
  return pages.map((page, index) => ({ ...page, ...shownOf(page, records[index]?.value) }))
}

function shownOf(saved: { id: string; name: string }, kept: unknown) {
  const secrets = (kept ?? {}) as KeptSecrets
  return { secrets: Object.keys(secrets), version: versionOf(saved, secrets) }
}

async function peopleOf(store: Store): Promise<PersonView[]> {
  const people = await all<PersonRecord>(store, company.room, company.people)
  return people
    .map(person => {
      const { id, name, team, role, disabled, cohort = 'support', readiness = null } = person
      const incidentId = guestOf(person)
      return { id, name, team, role, cohort: incidentId === null ? cohort : 'other', readiness, disabled, incidentId }
    })
    .sort((one, other) => one.name.localeCompare(other.name))
}
