import { arrivalOf } from '@muster/server/channels/mastodon-arrival.ts'
import { Account, Instance, Source, Status } from '@muster/server/channels/mastodon-entities.ts'
import { limitTold } from '@muster/server/channels/mastodon-limits.ts'
import { readNotice } from '@muster/server/channels/mastodon-notices.ts'
import { describe, expect, test } from 'vitest'
import {
  accountPayload,
  instancePayload,
  kim,
  noticePayload,
  statusPayload,
  type Written,
} from '../support/mastodon-payloads.ts'
import { isRecorded, recordedEvents, recordedExchanges } from '../support/recorded-mastodon.ts'

type Entity = Record<string, unknown>

describe.skipIf(!isRecorded)('recorded exchanges with Mastodon servers', () => {
  const exchanges = isRecorded ? recordedExchanges() : []
  const said = (path: RegExp, method = 'GET') =>
    exchanges
      .filter(each => each.method === method && path.test(each.path))
      .map(({ body }) => JSON.parse(body) as unknown)
  const notices = said(/^\/api\/v1\/notifications(\?|$)/).flat() as Entity[]
  const mentions = notices.filter(({ type }) => type === 'mention')
  const statuses = [
    ...said(/^\/api\/v1\/statuses$/, 'POST'),
    ...said(/^\/api\/v1\/statuses\/\d+$/, 'PUT'),
    ...said(/^\/api\/v1\/statuses\/\d+$/),
    ...said(/^\/api\/v1\/accounts\/\d+\/statuses/).flat(),
    ...notices.flatMap(({ status }) => status ?? []),
    ...recordedEvents(exchanges, 'status.update').map(data => JSON.parse(data) as unknown),
  ] as Entity[]

  test('[CH40] every recorded notification is read, and each mention is an arrival from its author', () => {
    expect(mentions.length).toBeGreaterThan(5)
    for (const notice of notices) {
      const { id, at, status, received } = readNotice(notice, 'localhost')
      expect({ id, at }).toEqual({ id: notice.id, at: Date.parse(String(notice.created_at)) })
      if (notice.type !== 'mention') expect(received).toBeNull()
      else expect(received).toMatchObject({ type: 'arrival', arrival: { externalId: status?.id, whole: true } })
    }
  })

  test('[CH42] every recorded post is read without loss, and its text is what was posted', () => {
    expect(statuses.length).toBeGreaterThan(100)
    for (const status of statuses) {
      const read = Status.parse(status)
      expect(status).toMatchObject(JSON.parse(JSON.stringify(read)))
      const { text } = arrivalOf(read, 'localhost')
      expect(text).not.toMatch(/<\/?(p|span|a|br)\b/)
    }
    const posted = exchanges.filter(({ method, path }) => method === 'POST' && path === '/api/v1/statuses')
    for (const { sent, body } of posted) {
      const wanted = new URLSearchParams(sent).get('status') ?? ''
      const { text } = arrivalOf(Status.parse(JSON.parse(body)), 'localhost')
      // A post that quotes another begins with where that one is.
      expect(text.replace(/^RE: \S+\n\n/, '')).toBe(wanted)
    }
  })

  test('[CH43] every recorded account is read without loss', () => {
    const accounts = [...said(/verify_credentials$/), ...statuses.map(({ account }) => account)]
    for (const account of accounts) expect(account).toMatchObject(JSON.parse(JSON.stringify(Account.parse(account))))
  })

  test('[CH41] recorded streams tell of notifications, edits and deletes as they are heard', () => {
    expect(
      recordedEvents(exchanges, 'notification').map(data => readNotice(JSON.parse(data), 'x').received?.type),
    ).toContain('arrival')
    expect(recordedEvents(exchanges, 'delete').every(id => /^\d+$/.test(id))).toBe(true)
    expect(recordedEvents(exchanges, 'status.update').length).toBeGreaterThan(0)
  })

  test('[CH46] the limit of posts that real servers tell is the one that is kept', () => {
    const posted = exchanges.filter(({ method, path }) => method === 'POST' && path === '/api/v1/statuses')
    for (const { headers } of posted) {
      expect(headers['x-ratelimit-limit']).toEqual(['300'])
      const flat = Object.fromEntries(Object.entries(headers).map(([name, [value]]) => [name, value]))
      const reset = Date.parse(flat['x-ratelimit-reset'] ?? '')
      // Windows of three hours, counted from 1970: five minutes would end at other times too.
      expect(Math.floor(reset / 1000) % 10_800).toBe(0)
      expect(limitTold({ ...flat, date: undefined }, reset - 1_000)?.resetsAt).toBe(reset)
    }
  })

  test('[CH45] what a post was handed in as can be read', () => {
    for (const source of said(/\/source$/)) expect(Source.parse(source).text).toContain('editor')
  })

  test('[CH48] the longest post is what the server says', () => {
    for (const instance of said(/^\/api\/v2\/instance/)) {
      expect(Instance.parse(instance).configuration.statuses.max_characters).toBe(500)
    }
  })

  test('[CH40] the server of these tests says what real ones say', () => {
    const written: Written = {
      id: '1',
      by: kim,
      content: '',
      createdAt: '',
      editedAt: null,
      inReplyTo: null,
      visibility: 'public',
      language: null,
      spoiler: '',
      media: [],
      poll: null,
      source: null,
    }
    const keys = (entity: unknown) => Object.keys(entity as Entity)
    expect(keys(mentions[0])).toEqual(expect.arrayContaining(keys(noticePayload('http://x.test', '1', written))))
    expect(keys(mentions[0]?.status)).toEqual(keys(statusPayload('http://x.test', written)))
    expect(keys((mentions[0]?.status as Entity | undefined)?.account)).toEqual(
      keys(accountPayload('http://x.test', kim)),
    )
    const [instance] = said(/^\/api\/v2\/instance/) as Entity[]
    expect(keys(instance)).toEqual(expect.arrayContaining(keys(instancePayload('http://x.test', null, 500))))
  })
})
