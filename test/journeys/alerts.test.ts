import type { IncidentsAnswer } from '@muster/shared/endpoint.ts'
import type { TimelinePage } from '@muster/shared/moment.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { group } from '../support/alert-calls.ts'
import { until } from '../support/until.ts'
import { type Visitor, World } from '../support/world.ts'

let world: World
let cora: Visitor
const token = 'token-of-the-alertmanager'

beforeAll(async () => {
  world = await World.open()
  cora = await world.enter(await world.firstLink())
  const source = {
    id: 'alarms',
    name: 'Alarms',
    enabled: true,
    kind: 'alertmanager',
    playbookId: null,
    severity: 'sev1',
  }
  await cora.do({ type: 'alert-source/save', source: { ...source, act: 'declare' }, secrets: { token } } as never)
})
afterAll(() => world.close())

test('[IN30] killed the moment it has answered, the server declares what it was told when it is there again, once', async () => {
  for (const round of [1, 2, 3]) {
    const title = `Checkout fails, ${round}`
    const body = { ...group(), groupKey: `round ${round}`, commonAnnotations: { summary: title } }
    const headers = { authorization: `Bearer ${token}` }
    const post = () => fetch(`${world.origin}/alerts/alarms`, { method: 'POST', headers, body: JSON.stringify(body) })
    expect((await post()).status).toBe(202)
    await world.kill('SIGKILL')
    await world.start()
    expect((await post()).status).toBe(202)
    const mine = async () => {
      const { incidents } = await cora.get<IncidentsAnswer>('/api/incidents')
      return incidents.filter(incident => incident.title === title)
    }
    const [incident] =
      (await until('the incident', async () => ((await mine()).length > 0 ? mine() : null), 30_000)) ?? []
    const told = async () => {
      const { moments } = await cora.get<TimelinePage>(`/api/incidents/${incident?.id}/timeline`)
      return moments.map(({ type }) => type)
    }
    await until('the alert to be told', async () => (await told()).includes('alert/raised'), 30_000)
    expect(await told()).toEqual(['alert/raised', 'incident/declared'])
    expect(await mine()).toHaveLength(1)
    await cora.do({ type: 'incident/resolve', incidentId: incident?.id ?? '' })
  }
})
