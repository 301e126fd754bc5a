import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paths } from '@muster/shared/endpoint.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Door } from './door.ts'

let door: Door
beforeEach(async () => {
  door = await Door.open()
})
afterEach(() => door.close())

test('[OP2] health says that the process lives, readiness that its store answers', async () => {
  expect(await (await door.get('/healthz')).json()).toEqual({ status: 'alive' })
  expect(await (await door.get('/readyz')).json()).toEqual({ status: 'ready', store: 'sqlite' })
})

test('[OP2] with a store that does not answer the process lives and is not ready', async () => {
  await door.store.close()
  expect((await door.get('/healthz')).status).toBe(200)
  const response = await door.get('/readyz')
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ sentence: 'The store does not answer.' })
})

test('[OP3] a server that is stopping is not ready, so that no balancer sends anybody to it', async () => {
  door.leaving = true
  expect((await door.get('/readyz')).status).toBe(503)
  expect((await door.get('/healthz')).status).toBe(200)
})

test('[OP2] the measures are for this machine and for commanders', async () => {
  const proxied = { 'x-forwarded-for': '203.0.113.9' }
  const [lead, commander] = await Promise.all([door.bearer('lead'), door.bearer('commander')])
  await door.post(
    '/api/commands',
    { id: 'r1', type: 'incident/resolve', incidentId: 'none' },
    { authorization: commander },
  )
  expect((await door.get('/metrics', proxied)).status).toBe(403)
  expect((await door.get('/metrics', { ...proxied, authorization: lead })).status).toBe(403)
  expect((await door.get('/metrics', { ...proxied, authorization: commander })).status).toBe(200)
  const measures = await (await door.get('/metrics')).text()
  expect(measures).toContain('muster_commands_total{type="incident/resolve",outcome="not-found"} 1')
  expect(measures).toContain('muster_http_requests_total{route="/metrics",status="403"} 2')
  expect(measures).toContain('muster_event_loop_delay_p99_seconds')
})

test('[OP2] no address, name or query of a request is counted or logged, only the pattern of its route', async () => {
  await door.get('/api/incidents/secret-incident/snapshot?name=secret-name')
  await door.get('/secret-place', { accept: 'application/json' })
  const measures = await (await door.get('/metrics')).text()
  expect(measures).toContain(`route="${paths.snapshot}"`)
  expect(`${measures}${door.logged}`).not.toMatch(/secret-(incident|name|place)/)
})

test('[AC7] the OpenAPI document describes every path that is answered to programs', async () => {
  const document = (await (await door.get('/openapi.json')).json()) as {
    openapi: string
    paths: Record<string, object>
  }
  const described = Object.keys(document.paths).map(path => path.replace(/\{(\w+)\}/g, ':$1'))
  const { metrics: _metrics, openapi: _openapi, ...answered } = paths
  expect(document.openapi).toBe('3.1.0')
  expect(described.toSorted()).toEqual(Object.values(answered).toSorted())
  expect(JSON.stringify(document.paths['/api/commands'])).toContain('"const":"conversation/take-next"')
})

test('[MC5] browsers are told to run our own scripts alone, and to let nobody frame us', async () => {
  const { headers } = await door.get('/healthz')
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy.split(';')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src 'self' ${door.origin.replace('http', 'ws')}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html muster-service-worker',
  ])
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
  expect(headers.get('strict-transport-security')).toBeNull()
  expect(headers.get('x-powered-by')).toBeNull()
})

test('[OP2] the screens are served: hashed files for good, the page anew each time, and nothing from beside them', async () => {
  const web = join(door.folder, 'web')
  await mkdir(join(web, 'assets'), { recursive: true })
  await writeFile(join(web, 'index.html'), '<!doctype html><title>Muster</title>')
  await writeFile(join(web, 'assets/main-abc123.js'), 'export {}')
  const page = { accept: 'text/html' }
  for (const path of ['/', '/index.html', '/anywhere/else']) {
    const response = await door.get(path, page)
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache'])
    expect(await response.text()).toContain('<title>Muster</title>')
  }
  const script = await door.get('/assets/main-abc123.js')
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(script.headers.get('content-type')).toContain('javascript')
  expect((await door.get('/assets/main-of-yesterday.js', page)).status).toBe(404)
  expect((await door.get('/api/nothing', page)).status).toBe(404)
  expect((await door.get('/..%2fmuster.db', { accept: 'application/json' })).status).toBe(404)
})

test('[OP2] screens that were not built are said to be missing', async () => {
  const response = await door.get('/', { accept: 'text/html' })
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({ sentence: expect.stringContaining('not built') })
})

test('[OP2] with a store that is gone a request is told so, with a reference and without our insides', async () => {
  const authorization = await door.bearer('lead')
  await door.store.close()
  const response = await door.get('/api/me', { authorization })
  expect(response.status).toBeGreaterThanOrEqual(500)
  const answer = await response.text()
  expect(answer).not.toMatch(/sqlite|database|node_modules/i)
  const { reference } = JSON.parse(answer) as { reference: string }
  expect(door.logged).toContain(reference)
})
