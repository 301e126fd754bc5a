import { Random } from '@muster/server/drill/random.ts'
import { afterEach, expect, test } from 'vitest'
import { histories } from '../support/histories.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { PublishingStage } from '../support/publishing.ts'
import type { Trouble } from '../support/statuspage.ts'

const texts = ['Card payments fail.', 'Some carts are slow as well.', 'It works again.']
const statuses = ['investigating', 'identified', 'resolved']
const troubles: Trouble[] = [
  'accept-then-cut',
  'accept-then-500',
  'accept-then-garbage',
  'cut',
  '500',
  '503',
  '420',
  '429',
]

onEachStore(shelf => {
  let stage: PublishingStage
  afterEach(() => stage.close())

  async function setup(): Promise<string[]> {
    stage = await PublishingStage.open(await shelf.open())
    const ids: string[] = []
    for (const [index, text] of texts.entries()) ids.push(await stage.approve(text, statuses[index]))
    return ids
  }

  async function pageOf(updateId = '', pageId: string = stage.pageIds[0]) {
    return (await stage.update(updateId)).pages.find(page => page.pageId === pageId)
  }

  /** Of posts to a page of one's own the receiver counts each id once. */
  const received = () =>
    [...new Map(stage.receiver.posts.map(post => [post.headers['webhook-id'], post])).values()].map(
      ({ body }) => (JSON.parse(body) as { text: string }).text,
    )

  function expectEachOnce(): void {
    expect(stage.fake.shown).toEqual(texts)
    expect(stage.fake.incidents).toHaveLength(1)
    expect(received()).toEqual(texts)
  }

  test('[SP5] [SP8] [SP9] approved updates are brought to every page, each once, in their order', async () => {
    const ids = await setup()
    stage.node()
    await stage.run()
    expect(await stage.states(ids)).toEqual(Array(6).fill('published'))
    expectEachOnce()
    expect(stage.fake.incidents[0]).toMatchObject({ name: 'Checkout is down', status: 'resolved' })
    expect(await pageOf(ids[0])).toMatchObject({ externalId: 'incident1', attempts: 1 })
  })

  test('[SP6] a node that dies at any step leaves each page with each update once', { timeout: 120_000 }, async () => {
    let alive = false
    for (let dieAt = 0; !alive; dieAt++) {
      const ids = await setup()
      stage.node(dieAt)
      const { dead, steps } = await stage.run()
      alive = !dead
      if (alive) expect(steps).toBeGreaterThan(20)
      stage.node()
      await stage.run()
      expect(await stage.states(ids), `died at step ${dieAt}`).toEqual(Array(6).fill('published'))
      expectEachOnce()
      await stage.close()
    }
  })

  test.each(troubles)('[SP6] a page that answers with %s shows each update once all the same', async trouble => {
    const ids = await setup()
    stage.fake.ahead.push(trouble, trouble)
    stage.fake.readsAhead.push('500', '429')
    stage.node()
    await stage.run()
    expect(await stage.states(ids)).toEqual(Array(6).fill('published'))
    expectEachOnce()
  })

  test('[SP6] troubles and deaths in any order lead nowhere else', { timeout: 300_000 }, async () => {
    const { numRuns, seed = 1 } = histories(12)
    for (let run = 0; run < numRuns; run++) {
      const random = new Random(seed + run)
      const ids = await setup()
      const trouble = () => (random.chance(0.4) ? [random.pick(troubles)] : [])
      stage.receiver.answer = response => {
        if (random.chance(0.3)) response.destroy()
        else response.writeHead(random.chance(0.3) ? 500 : 204).end()
      }
      for (let lives = random.below(5); lives > 0; lives--) {
        stage.fake.ahead.push(...trouble(), ...trouble())
        stage.fake.readsAhead.push(...trouble())
        stage.node(random.below(40))
        if (!(await stage.run()).dead) break
      }
      stage.receiver.answer = response => void response.writeHead(204).end()
      stage.node()
      do await stage.run()
      while (await stage.look(ids))
      expect(await stage.states(ids), `seed ${seed + run}`).toEqual(Array(6).fill('published'))
      expectEachOnce()
      await stage.close()
    }
  })

  test('[SP7] what a page refuses has failed with its reason, what it cannot show is uncertain; a lead settles both', async () => {
    const ids = await setup()
    const [one = '', two = ''] = ids
    const [hosted] = stage.pageIds
    stage.fake.ahead.push('422', 'accept-then-500')
    stage.fake.readsAhead.push(...Array<Trouble>(8).fill('500'))
    stage.node()
    await stage.run()
    expect(await pageOf(one)).toMatchObject({
      state: 'failed',
      reason: 'Statuspage answered 422: Body is wrong.',
      setbacks: [{ code: 'not-taken', status: 422, said: 'Body is wrong' }],
    })
    expect(await pageOf(two)).toMatchObject({ state: 'uncertain' })
    expect(stage.fake.shown).toEqual([texts[1]])
    // What was refused would stand above what is in doubt by now.
    await expect(stage.settle(one, hosted, false)).rejects.toThrow('A newer update is on this page or on its way there')
    await stage.settle(one, hosted, true)
    await stage.settle(two, hosted, true)
    stage.fake.readsAhead.length = 0
    await stage.run()
    expect(await stage.states(ids)).toEqual(Array(6).fill('published'))
    expect(stage.fake.shown).toEqual([texts[1], texts[2]])
    expect(stage.fake.incidents).toHaveLength(1)
  })

  test('[SP7] a page that was switched off meanwhile, or has no secret, is not waited for', async () => {
    const ids = await setup()
    const [hosted, own] = stage.pageIds
    const settings = { kind: 'webhook', url: stage.receiver.url }
    await stage.savePage({ id: hosted, enabled: false, settings }, {})
    await stage.savePage({ id: own, settings }, { signing: '' })
    stage.node()
    await stage.run()
    const reasons = { [hosted]: 'This page was switched off or removed.', [own]: 'There is no secret to sign' }
    for (const [pageId, reason] of Object.entries(reasons)) {
      const expected = { state: 'failed', reason: expect.stringContaining(reason) }
      expect(await pageOf(ids[0], pageId)).toMatchObject(expected)
    }
    expect([stage.fake.requests, stage.receiver.posts]).toEqual([[], []])
  })
})
