import { firstLink, inviteOf } from '@muster/server/auth/invite.ts'
import { hashOf } from '@muster/server/auth/secret.ts'
import { Entrance } from '@muster/server/auth/sign-in.ts'
import type { Desk } from '@muster/server/desk/desk.ts'
import type { PersonRecord } from '@muster/server/domain/access.ts'
import { muster } from '@muster/server/domain/decision.ts'
import { company } from '@muster/server/domain/indexes.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deskOn } from '../support/desks.ts'
import { type Shelf, shelves } from '../support/stores.ts'

const origin = 'https://muster.example.com'
const secretOf = (link: string | null) => (link ?? '').slice(`${origin}/#/link/`.length)

describe.each(shelves)('on %s', (_, prepare) => {
  let shelf: Shelf
  let desk: Desk
  beforeEach(async () => {
    shelf = await prepare()
    desk = deskOn(await shelf.open())
  })
  afterEach(() => shelf.stop())

  async function enter(link: string | null): Promise<string> {
    const credentials = { link: secretOf(link) }
    return (await new Entrance(desk).signIn({ credentials, address: '127.0.0.1', former: null })).type
  }

  test('[AC2] an empty store has a link for the first commander, and another at each start, until one is used', async () => {
    const links = [await firstLink(desk, origin), await firstLink(desk, origin)]
    expect(links[0]).toMatch(/^https:\/\/muster\.example\.com\/#\/link\/[\w-]{43}$/)
    expect(links[1]).not.toBe(links[0])
    expect(await enter(links[1] ?? null)).toBe('signed-in')
    expect(await enter(links[0] ?? null)).toBe('refused')
    expect(await firstLink(desk, origin)).toBeNull()
    const { records } = await desk.store.read(company.room, [company.person('commander')])
    expect(records[0]?.value as PersonRecord).toMatchObject({ name: 'Commander', role: 'commander', disabled: false })
  })

  test('[AC2] a store whose people were added otherwise has no link for a first commander', async () => {
    const person = { id: 'ada', name: 'Ada', team: 'Support', role: 'commander' } as const
    await desk.handle(company.room, { id: 'save', type: 'person/save', person }, muster)
    expect(await firstLink(desk, origin)).toBeNull()
  })

  test('[AC2] what is over is cleared away by those who sign in', async () => {
    await firstLink(desk, origin)
    const invited = await inviteOf(desk, origin)(muster, { id: 'i', type: 'person/invite', personId: 'commander' })
    const over = { personId: 'commander', expiresAt: 1, linksUsed: 0 }
    const key = company.link(hashOf('over'))
    const put = { key, value: over, indexes: { [company.links]: 1 }, formerly: [] }
    await desk.store.commit(company.room, [
      { commandId: 'old', seen: { [key]: null }, put: [put], tell: [], answer: {} },
    ])
    if (invited.type !== 'done') throw new Error('no link was made')
    expect(await enter(String(invited.answer.link))).toBe('signed-in')
    expect((await desk.store.read(company.room, [key])).records).toEqual([null])
  })
})
