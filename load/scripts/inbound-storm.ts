import { sleep } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'
import { Counter, Trend } from 'k6/metrics'
import type { Options } from 'k6/options'
import { type LevelName, levels } from './levels.ts'
import { readConversations, readSnapshot } from './reading.ts'
import { signed } from './sign.ts'
import type { Stage } from './stage.ts'
import { stormThresholds, trends } from './thresholds.ts'

/**
 * Customers' messages rush in as signed calls. Some networks call twice at once, some again later, and somebody tries to
 * get altered calls in. When it is over everything is read back: what was accepted is there once, and nothing else is.
 */

const stage = JSON.parse(open(__ENV.STAGE ?? '')) as Stage
const level = __ENV.LEVEL as LevelName
const seconds = Number(__ENV.SECONDS)
const { before, peak } = levels[level].storm
/** So many messages in a row are of one customer. */
const messagesEach = 8

const lost = new Counter('lost')
const duplicates = new Counter('duplicates')
const smuggled = new Counter('smuggled')
const unexpected = new Counter('unexpected')
const accepted = new Counter('accepted')
const refused = new Counter('refused')
const audits = new Counter('audits')
const storing = new Trend('storing_ms')

http.setResponseCallback(http.expectedStatuses(200, 202, 401))

export const options: Options = {
  scenarios: {
    storm: {
      executor: 'ramping-arrival-rate',
      startRate: before,
      timeUnit: '1s',
      preAllocatedVUs: 100,
      maxVUs: 300,
      stages: [
        { duration: `${seconds * 0.2}s`, target: before },
        { duration: `${seconds * 0.2}s`, target: peak },
        { duration: `${seconds * 0.4}s`, target: peak },
        { duration: `${seconds * 0.2}s`, target: before },
      ],
      gracefulStop: '30s',
    },
    audit: {
      executor: 'shared-iterations',
      exec: 'audit',
      vus: 1,
      iterations: 1,
      startTime: `${seconds}s`,
      maxDuration: '3m',
    },
  },
  thresholds: stormThresholds(level, seconds * (before * 0.4 + peak * 0.6)),
  summaryTrendStats: trends,
  batchPerHost: 20,
}

type Call = { method: 'POST'; url: string; body: string; params: object }

/** What becomes of the message of this number. */
function kindOf(number: number): 'once' | 'twice' | 'again' | 'altered' {
  const place = number % 20
  if (place === 7) return 'altered'
  if (place === 11) return 'twice'
  return place === 15 ? 'again' : 'once'
}

function idOf(number: number): string {
  return `storm-${number}`
}

function callOf(number: number): Call {
  const customer = Math.floor(number / messagesEach)
  const from = { address: `customer-${customer}@storm.example`, name: `Customer ${customer}` }
  const body = JSON.stringify({ id: idOf(number), from, text: `Nothing works since this morning. (${number})` })
  const headers = signed(stage.channel.secret, idOf(number), body, Date.now())
  return {
    method: 'POST',
    url: `${stage.url}/hooks/${stage.channel.id}`,
    body,
    params: { headers, tags: { name: 'message' } },
  }
}

export default function storm(): void {
  const number = exec.scenario.iterationInTest
  const kind = kindOf(number)
  const call = callOf(number)
  if (kind === 'altered') post([{ ...call, body: call.body.replace('Nothing', 'Everything') }], 401)
  else post(kind === 'twice' ? [call, call] : [call], 202)
  if (kind === 'again') post([callOf(number)], 202)
}

/** Posts calls at once; each of them must get this answer. */
function post(calls: Call[], expected: number): void {
  for (const { status, timings } of Object.values(http.batch(calls))) {
    storing.add(timings.duration)
    if (status !== expected) unexpected.add(1, { status: String(status) })
    else if (status === 401) refused.add(1)
    else accepted.add(1)
  }
}

/** Runs alone, after the storm: every number below that of the iterations that ran was one message. */
export function audit(): void {
  while (exec.instance.vusActive > 1) sleep(0.1)
  const sent = exec.instance.iterationsCompleted
  const stored = storedIds()
  for (let number = 0; number < sent; number++) {
    const times = stored.get(idOf(number)) ?? 0
    if (kindOf(number) === 'altered') smuggled.add(times)
    else {
      lost.add(times === 0 ? 1 : 0)
      duplicates.add(Math.max(0, times - 1))
    }
    stored.delete(idOf(number))
  }
  smuggled.add(stored.size)
  audits.add(1)
}

/** How often each message is stored, over all conversations. */
function storedIds(): Map<string, number> {
  const found = new Map<string, number>()
  const ids = readSnapshot(stage).conversations.map(({ id }) => id)
  for (const { messages } of readConversations(stage, ids)) {
    for (const { externalId } of messages) found.set(externalId, (found.get(externalId) ?? 0) + 1)
  }
  return found
}
