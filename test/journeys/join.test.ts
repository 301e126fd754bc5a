import { afterAll, beforeAll, expect, test } from 'vitest'
import { Visitor, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

test('[JN1] [JN4] somebody of the company joins by a link, helps, and is thanked at the end', async () => {
  const commander = await world.enter(await world.firstLink())
  const incidentId = await commander.declare()
  const { link } = await commander.do({ type: 'join/open', incidentId, cap: 20 } as never)
  expect(link).toMatch(new RegExp(`^${world.origin}/#/join/.{9}$`))
  const code = String(link).split('/').at(-1)
  const response = await fetch(`${world.origin}/api/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: world.origin },
    body: JSON.stringify({ code, name: 'Gus', team: 'Sales' }),
  })
  const guest = new Visitor(world, response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '')
  await guest.do({ type: 'incident/join', incidentId } as never)
  const { responders } = await guest.snapshot(incidentId)
  expect(responders).toMatchObject([{ name: 'Gus', guest: true, level: 'gated' }])
  await commander.do({ type: 'incident/resolve', incidentId } as never)
  const me = await fetch(`${world.origin}/api/me`, { headers: { cookie: guest.cookie } })
  expect([me.status, await me.json()]).toEqual([
    401,
    { farewell: true, sentence: expect.stringContaining('Thank you') },
  ])
})
