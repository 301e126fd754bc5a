import { Lingering } from '@muster/server/desk/lingering.ts'
import { Outlook } from '@muster/server/desk/outlook.ts'
import { afterEach, expect, test } from 'vitest'
import { onEachStore } from '../support/on-each-store.ts'
import { Pier } from '../support/pier.ts'

onEachStore(shelf => {
  let pier: Pier
  afterEach(() => pier.close())

  test('[DL26] who asks for a new look is not given one that was begun before', async () => {
    pier = await Pier.open(await shelf.open())
    const { store } = pier.desk
    const outlook = new Outlook({
      store,
      lingering: new Lingering(store),
      channel: () => null,
      sending: () => ({ ms: 0, tries: 1 }),
      sharedMs: 60_000,
    })
    const before = outlook.look()
    const began = pier.now
    pier.now += 1_000
    const after = await Promise.all([outlook.again(), outlook.again()])
    expect((await before).now).toBe(began)
    expect(after.map(({ now }) => now)).toEqual([pier.now, pier.now])
    expect(after[0]).toBe(after[1])
    expect(await outlook.look()).toBe(after[0])
  })
})
