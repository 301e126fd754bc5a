import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { proposalsOf, snapshotOf, timelineOf } from '@muster/server/desk/picture.ts'
import type { AlertSource } from '@muster/shared/alert.ts'
import type { AlertSourceView, IncidentsAnswer, QuarantineView } from '@muster/shared/endpoint.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { group, pagerDuty } from '../support/alert-calls.ts'
import { startAlertmanager } from '../support/alertmanager.ts'
import { until } from '../support/until.ts'
import { Door, nobodyThere } from './door.ts'

const token = 'token-of-the-alertmanager'
const signing = 'the signing secret of a source'

let door: Door
let cookie: string

beforeEach(async () => {
  door = await Door.open()
  cookie = await door.enter('Cora', 'commander')
})
afterEach(() => door.close())

async function save(given: Partial<AlertSource> = {}, secrets: object = { token, signing }): Promise<void> {
  const source = { id: 'alarms', name: 'Alarms', enabled: true, kind: 'alertmanager', act: 'propose' }
  const rest = { playbookId: null, severity: 'sev1', ...given }
  const command = { id: crypto.randomUUID(), type: 'alert-source/save', source: { ...source, ...rest }, secrets }
  const response = await door.post('/api/commands', command, { cookie })
  expect(await response.json()).toMatchObject({ type: 'done' })
}

/** As another system calls: from no page of ours. */
function call(body: string | Buffer, headers: Record<string, string>, id = 'alarms'): Promise<Response> {
  return fetch(`${door.origin}/alerts/${id}`, { method: 'POST', headers, body: new Uint8Array(Buffer.from(body)) })
}

const bearer = { authorization: `Bearer ${token}` }
const sign = (...parts: string[]) => createHmac('sha256', signing).update(parts.join('')).digest('hex')

async function listed(headers: Record<string, string> = { cookie }): Promise<IncidentsAnswer> {
  return (await (await door.get('/api/incidents', headers)).json()) as IncidentsAnswer
}

async function told(incidentId: string): Promise<string[]> {
  const { moments } = await timelineOf(door.store, incidentId, null)
  return moments.map(({ type }) => type).reverse()
}

test('[IN26] a call that shows no token, another one, or none that its source has, changes nothing', async () => {
  await save()
  const body = JSON.stringify(group())
  const wrong: Record<string, string>[] = [
    {},
    { authorization: 'Bearer another token of that length' },
    { authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}` },
    { 'x-pagerduty-signature': `v1=${sign(body)}` },
    { 'x-grafana-alerting-signature': sign(body) },
  ]
  for (const headers of wrong) expect((await call(body, headers)).status).toBe(401)
  await save({ id: 'bare' }, {})
  expect((await call(body, { authorization: 'Bearer undefined' }, 'bare')).status).toBe(401)
  expect((await call(body, bearer, 'nobody')).status).toBe(404)
  await save({ enabled: false })
  expect((await call(body, bearer)).status).toBe(404)
  expect((await fetch(`${door.origin}/alerts/alarms`)).status).toBe(405)
  expect(await proposalsOf(door.store)).toEqual([])
  expect((await listed()).quarantined).toBe(0)
})

test('[CH27] a call whose body does not come is not waited for, and keeps none out', async () => {
  await door.close()
  door = await Door.open({ hook: { ...nobodyThere, bodyWithinMs: 1_000 } })
  cookie = await door.enter('Cora', 'commander')
  await save()
  const { port } = new URL(door.origin)
  const strangers = Array.from({ length: 30 }, () => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write('POST /alerts/alarms HTTP/1.1\r\nHost: muster\r\nContent-Length: 1000000\r\n\r\n{')
    return { socket, said: socket.map(String).reduce((text, piece) => text + piece, '') }
  })
  expect((await call(JSON.stringify(group()), bearer)).status).toBe(202)
  for (const { said } of strangers) expect(await said).toMatch(/^HTTP\/1\.1 408 [\s\S]*did not come in time/)
  expect(await proposalsOf(door.store)).toHaveLength(1)
})

test('[IN26] the secrets of a source are written, and no door reads them back', async () => {
  await save()
  await call(JSON.stringify(group()), bearer)
  const answer = await (await door.get('/api/alert-sources', { cookie })).text()
  const { sources } = JSON.parse(answer) as { sources: AlertSourceView[] }
  expect(sources).toMatchObject([{ id: 'alarms', kind: 'alertmanager', secrets: ['token', 'signing'] }])
  for (const text of [answer, door.logged]) {
    expect(text).not.toContain(token)
    expect(text).not.toContain(signing)
  }
})

test('[IN26] [IN27] Grafana shows a token or signs, with the time where it is told to, and not with an old one', async () => {
  await save({ kind: 'grafana' })
  const body = JSON.stringify({ ...group(), version: '1', orgId: 1, title: '[FIRING:1]', state: 'alerting' })
  const now = Math.floor(door.clock.now / 1_000)
  const signed = (time: number | string) => ({
    'x-grafana-alerting-signature': sign(`${time}:`, body),
    'x-grafana-alerting-timestamp': String(time),
  })
  expect((await call(body, { 'x-grafana-alerting-signature': sign(`${body} `) })).status).toBe(401)
  for (const time of [now - 301, now + 301, 'now']) expect((await call(body, signed(time))).status).toBe(401)
  expect((await call(body, { ...signed(now), 'x-grafana-alerting-timestamp': String(now - 1) })).status).toBe(401)
  for (const headers of [bearer, { 'x-grafana-alerting-signature': sign(body) }, signed(now)])
    expect((await call(body, headers)).status).toBe(202)
  expect(await proposalsOf(door.store)).toMatchObject([{ title: 'Checkout fails', cause: { type: 'alert' } }])
})

test('[IN26] [IN27] [IN28] PagerDuty signs with any secret that is good just now; beginnings and ends are taken, the rest is accepted', async () => {
  await save({ kind: 'pagerduty' })
  const post = (type: string, at = '2026-11-23T09:00:00Z') => {
    const body = JSON.stringify(pagerDuty(type, at))
    return call(body, { 'x-pagerduty-signature': `v1=${'0'.repeat(64)},v1=${sign(body)}` })
  }
  expect((await post('incident.acknowledged')).status).toBe(202)
  expect((await post('pagey.ping')).status).toBe(202)
  expect(await proposalsOf(door.store)).toEqual([])
  for (const _ of [1, 2]) expect((await post('incident.triggered')).status).toBe(202)
  const [proposal, ...more] = await proposalsOf(door.store)
  expect(more).toEqual([])
  expect(proposal).toMatchObject({
    title: 'A little bump in the road',
    cause: { alert: { key: 'PGR0VU2', detail: 'API Service, P1, urgency high', at: Date.UTC(2026, 10, 23, 9) } },
  })
  await post('incident.resolved', '2026-11-23T09:05:00Z')
  expect(await proposalsOf(door.store)).toEqual([])
  // Queued for as long as two days, it comes after the end.
  await post('incident.triggered')
  expect(await proposalsOf(door.store)).toEqual([])
  const unsigned = JSON.stringify(pagerDuty('incident.reopened', '2026-11-23T09:06:00Z'))
  for (const signature of ['', `v1=${'0'.repeat(64)}`, sign(unsigned), `v2=${sign(unsigned)}`])
    expect((await call(unsigned, { 'x-pagerduty-signature': signature })).status).toBe(401)
})

test('[IN29] [WB131] what cannot be read is answered with the field, and set aside once where those who lead see it', async () => {
  await save()
  const broken: [body: string, field: string][] = [
    ['{"status":', 'body'],
    [JSON.stringify({ ...group(), status: 'burning' }), 'status'],
    [JSON.stringify({ ...group(), alerts: [] }), 'alerts'],
    [JSON.stringify({ ...group(), alerts: [{ labels: { a: 1 } }] }), 'alerts.0.labels.a'],
  ]
  for (const [body, field] of [...broken, ...broken]) {
    const response = await call(body, bearer)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ field, sentence: expect.stringContaining('expected') })
  }
  expect((await call('x'.repeat(1_048_577), bearer)).status).toBe(413)
  expect((await listed()).quarantined).toBe(broken.length)
  const set = (await (await door.get('/api/quarantine', { cookie })).json()) as { quarantine: object[] }
  const asked = broken.map(([, field]) =>
    expect.objectContaining({
      kind: 'alert',
      channelId: 'alarms',
      name: 'Alarms',
      defect: expect.objectContaining({ code: 'alert', name: 'Alarms', field }),
    }),
  )
  expect(set.quarantine).toHaveLength(broken.length)
  expect(set.quarantine).toEqual(expect.arrayContaining(asked))
  expect(JSON.stringify(set)).toContain('An alert of Alarms cannot be read')
  await save({ kind: 'pagerduty' })
  const body = JSON.stringify({ event: { event_type: 'incident.triggered', data: { title: 'Nameless' } } })
  const response = await call(body, { 'x-pagerduty-signature': `v1=${sign(body)}` })
  expect(await response.json()).toMatchObject({ field: 'event.data.id' })
})

test('[IN29] [IN31] the longest call there may be is kept whole, and is read when its signature is hours old', async () => {
  await save({ kind: 'grafana' })
  const post = pagerDuty('incident.triggered', '2026-11-23T09:00:00Z')
  const short = JSON.stringify(post).length
  const body = JSON.stringify({ ...post, more: 'x'.repeat(1_048_576 - short - ',"more":""'.length) })
  const time = String(Math.floor(door.clock.now / 1_000))
  const headers = {
    'x-grafana-alerting-signature': sign(`${time}:`, body),
    'x-grafana-alerting-timestamp': time,
  }
  expect((await call(body, headers)).status).toBe(400)
  const kept = async () => {
    const answer = await (await door.get('/api/quarantine', { cookie })).json()
    return (answer as { quarantine: QuarantineView[] }).quarantine
  }
  const [alert] = await kept()
  expect(alert).toMatchObject({ kind: 'alert', channelId: 'alarms', name: 'Alarms', bytes: 1_048_576 })
  const retry = async () => {
    const command = { id: crypto.randomUUID(), type: 'quarantine/retry', quarantineId: alert?.id }
    return (await door.post('/api/commands', command, { cookie })).json()
  }
  const left = { type: 'refused', refusal: { code: 'left-in-quarantine', why: 'defect' } }
  expect(await retry()).toMatchObject(left)
  await save({ kind: 'pagerduty' }, { signing: 'another secret than it was signed with' })
  door.clock.now += 10 * 3_600_000
  expect(await retry()).toMatchObject({ type: 'done', answer: { news: true } })
  expect(await kept()).toEqual([])
  expect(await proposalsOf(door.store)).toMatchObject([{ title: 'A little bump in the road' }])
})

test('[IN25] [CH62] everybody but guests sees what is proposed, and how much could not be read only those who may look', async () => {
  await save()
  await call(JSON.stringify(group()), bearer)
  await call('{', bearer)
  const observer = await door.enter('Olga', 'observer')
  expect(await listed()).toMatchObject({ proposals: [{ state: 'open', title: 'Checkout fails' }], quarantined: 1 })
  expect(await listed({ cookie: observer })).toMatchObject({ proposals: [{ state: 'open' }], quarantined: 0 })
  const [proposal] = await proposalsOf(door.store)
  const dismiss = { id: 'd1', type: 'proposal/dismiss', proposalId: proposal?.id }
  expect((await door.post('/api/commands', dismiss, { cookie: observer })).status).toBe(403)
  expect((await door.post('/api/commands', dismiss, { cookie })).status).toBe(200)
  expect((await listed()).proposals).toEqual([])
})

test('[IN27] [IN30] where the source says so an incident is declared from its playbook, once; the answer waits for none of it', async () => {
  const playbook = {
    id: 'down',
    name: 'Down',
    title: 'Checkout is down',
    severity: 'sev3',
    affected: 'Cards',
    know: 'It fails.',
    maySay: 'We are on it.',
    mustNotSay: ['refund'],
    example: '',
    topics: [],
    wordings: [],
  }
  await door.post('/api/commands', { id: 'p1', type: 'playbook/save', playbook }, { cookie })
  await save({ act: 'declare', playbookId: 'down' })
  const answers = await Promise.all([1, 2, 3].map(() => call(JSON.stringify(group()), bearer)))
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
  const [incident] =
    (await until('the incident', async () => {
      const { incidents } = await listed()
      return incidents.length > 0 ? incidents : null
    })) ?? []
  expect(incident).toMatchObject({ title: 'Checkout is down', severity: 'sev1', affected: 'Cards' })
  expect(incident).toMatchObject({ declaredBy: { name: 'Muster' }, drill: false })
  const id = incident?.id ?? ''
  await door.alerts.follow()
  expect(await snapshotOf(door.store, id)).toMatchObject({ facts: { know: 'It fails.', mustNotSay: ['refund'] } })
  expect(await told(id)).toEqual(['incident/declared', 'alert/raised'])
  await call(JSON.stringify(group('resolved')), bearer)
  await until('the end to be told', async () => (await told(id)).includes('alert/cleared'))
  expect((await listed()).incidents).toHaveLength(1)
  expect((await listed()).proposals).toEqual([])
})

test('[IN27] [IN28] a real Alertmanager fires, tells it again and again, and resolves', async () => {
  await save()
  const real = await startAlertmanager(`${door.origin}/alerts/alarms`, token)
  try {
    await real.post({ alertname: 'CheckoutDown', job: 'shop' }, 'Checkout is down')
    const [proposal] =
      (await until('a proposal', async () => {
        const open = await proposalsOf(door.store)
        return open.length > 0 ? open : null
      })) ?? []
    expect(proposal?.title).toBe('Checkout is down')
    expect(proposal?.cause).toMatchObject({
      type: 'alert',
      alert: { key: '{}:{alertname="CheckoutDown"}', detail: 'Checkout is down, says the real one.', state: 'firing' },
    })
    const declare = { id: 'i1', type: 'incident/declare', title: 'Down', severity: 'sev1', affected: '' }
    expect((await door.post('/api/commands', { ...declare, proposalId: proposal?.id }, { cookie })).status).toBe(200)
    await door.alerts.follow()
    const calls = () => door.logged.split('"route":"/alerts/:sourceId"').length - 1
    const before = calls()
    await until('it to be told twice more', () => calls() >= before + 2, 20_000)
    expect(await told('i1')).toEqual(['incident/declared', 'alert/raised'])
    await real.post({ alertname: 'CheckoutDown', job: 'shop' }, 'Checkout is down', new Date(Date.now() - 1_000))
    await until('the end to be told', async () => (await told('i1')).includes('alert/cleared'), 20_000)
    expect(await told('i1')).toEqual(['incident/declared', 'alert/raised', 'alert/cleared'])
    expect(await proposalsOf(door.store)).toEqual([])
  } finally {
    await real.stop()
  }
}, 60_000)
