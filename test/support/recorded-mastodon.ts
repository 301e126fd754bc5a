import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { realData } from './real-data.ts'

const Cassette = z.object({
  interactions: z.array(
    z.object({
      request: z.object({ method: z.string(), uri: z.string(), body: z.string().nullable() }),
      response: z.object({
        status: z.object({ code: z.number() }),
        headers: z.record(z.string(), z.array(z.string())),
        body: z.object({ string: z.string().default('') }),
      }),
    }),
  ),
})
export type Exchange = { method: string; path: string; sent: string; headers: Record<string, string[]>; body: string }

const folder = realData('api-payloads/mastodon-py-cassettes/tests/cassettes')
export const isRecorded = existsSync(folder)
if (!isRecorded) console.warn(`NOT RUN: the recorded exchanges with Mastodon servers are not at ${folder}.`)

/** Exchanges of real servers of version 4.6 with Mastodon.py, as it recorded them. */
export function recordedExchanges(): Exchange[] {
  return readdirSync(folder).flatMap(name => {
    const { interactions } = Cassette.parse(parse(readFileSync(join(folder, name), 'utf8')))
    return interactions.map(({ request, response }) => ({
      method: request.method,
      path: request.uri.replace(/^http:\/\/localhost:\d+/, ''),
      sent: request.body ?? '',
      headers: response.headers,
      body: response.body.string,
    }))
  })
}

/** What `event` told on recorded streams. */
export function recordedEvents(exchanges: readonly Exchange[], event: string): string[] {
  const streams = exchanges.filter(({ path }) => path.startsWith('/api/v1/streaming/user'))
  return streams.flatMap(({ body }) =>
    body.split('\n\n').flatMap(each => {
      const [name, data] = each.replace(/^:\)\n/, '').split('\n')
      return name === `event: ${event}` && data !== undefined ? [data.slice('data: '.length)] : []
    }),
  )
}
