import type { Snapshot } from '@muster/shared/protocol.ts'
import { sleep } from 'k6'
import exec from 'k6/execution'
import http from 'k6/http'
import type { Options } from 'k6/options'
import { Claims } from './claims.ts'
import { findings, unexpected } from './findings.ts'
import { type LevelName, levels, usersForCustomers } from './levels.ts'
import { Person } from './person.ts'
import { bodyOf, readConversations, readSnapshot } from './reading.ts'
import { signed } from './sign.ts'
import type { Shown, Stage } from './stage.ts'
import { shiftThresholds, trends } from './thresholds.ts'

/**
 * People come to work, watch the incident, claim, write, send, leave and come back, while customers go on writing. Each
 * of them checks what they are told; in the end everybody's replies are looked at where customers see them.
 */

const stage = JSON.parse(open(__ENV.STAGE ?? '')) as Stage
const level = __ENV.LEVEL as LevelName
const seconds = Number(__ENV.SECONDS)
const { users, peopleEach, customers } = levels[level].shift
/** A user of k6 plays several people, and each of these reads the same log. */
const claims = new Claims()
let people: Person[] | null = null

export const options: Options = {
  scenarios: {
    shift: {
      executor: 'ramping-vus',
      startVUs: 1,
      stages: [
        { duration: `${seconds * 0.3}s`, target: users },
        { duration: `${seconds * 0.7}s`, target: users },
      ],
      gracefulRampDown: '60s',
      gracefulStop: '60s',
    },
    customers: {
      executor: 'constant-arrival-rate',
      exec: 'write',
      rate: customers,
      duration: `${seconds}s`,
      preAllocatedVUs: usersForCustomers,
      maxVUs: usersForCustomers,
    },
  },
  thresholds: shiftThresholds(level),
  teardownTimeout: '120s',
  summaryTrendStats: trends,
  batchPerHost: 20,
}

export default async function shift(): Promise<void> {
  people ??= seated()
  const forMs = Math.min(6_000, seconds * 250) * (0.75 + Math.random() / 2)
  await Promise.all(people.map(person => person.shift(forMs)))
}

function seated(): Person[] {
  const first = (exec.vu.idInTest - 1) * peopleEach
  return stage.people.slice(first, first + peopleEach).map(token => new Person(stage, token, claims))
}

/** Somebody writes; every fourth message is from somebody who wrote just before. */
export function write(): void {
  const number = exec.scenario.iterationInTest
  const customer = number % 4 === 3 ? number - 1 : number
  const id = `shift-${number}`
  const from = { address: `customer-${customer}@shift.example`, name: `Customer ${customer}` }
  const body = JSON.stringify({ id, from, text: `My calendar is empty. (${number})` })
  const headers = signed(stage.channel.secret, id, body, Date.now())
  const answer = http.post(`${stage.url}/hooks/${stage.channel.id}`, body, { headers, tags: { name: 'message' } })
  if (answer.status !== 202) unexpected(`A message was answered ${answer.status}.`)
}

/** Replies that are on their way are waited for, and then no customer may have been given two answers to one message. */
export function teardown(): void {
  const limit = Date.now() + 30_000
  while (unsentIn(readSnapshot(stage)) > 0 && Date.now() < limit) sleep(0.25)
  const snapshot = readSnapshot(stage)
  findings.unsent.add(unsentIn(snapshot))
  const shown = bodyOf<Shown[]>(http.get(stage.shown, { responseType: 'text' }))
  const answered = new Set(shown.map(({ address, inReplyTo }) => `${address} ${inReplyTo}`))
  findings.doubleReplies.add(shown.length - answered.size)
  const ids = snapshot.conversations.filter(({ replies }) => replies > 0).map(({ id }) => id)
  const sent = readConversations(stage, ids).flatMap(({ replies }) => replies.filter(({ state }) => state === 'sent'))
  const seen = new Set(shown.map(({ replyId }) => replyId))
  findings.unsent.add(sent.filter(({ id }) => !seen.has(id)).length)
  findings.audits.add(1)
}

/** Some of those that were sent are there still, for somebody to look at them afterwards. */
function unsentIn({ replies }: Snapshot): number {
  return replies.filter(({ state }) => state !== 'sent').length
}
