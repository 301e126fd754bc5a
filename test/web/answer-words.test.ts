import { TooBusy } from '@muster/server/auth/password.ts'
import { type Store, StoreUnavailable } from '@muster/server/store/store.ts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Door } from '../http/door.ts'
import { speak } from './speaking.ts'

/** What the store of the door throws when it is read, where it throws at all. */
let trouble: Error | null = null
let door: Door

function troubled(store: Store): Store {
  const read: Store['read'] = async (room, keys) => {
    if (trouble !== null) throw trouble
    return store.read(room, keys)
  }
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = name === 'read' ? read : Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

const expected = {
  en: {
    tooMany: /^Too many tries\. Wait \d\d seconds, then try again\.$/,
    busy: /^Very many people sign in just now\. Wait 5 seconds, /,
    unavailable: /^Muster could not do this just now, .+: [\w-]+\.$/,
    faulty: /^Muster failed at this\. .+: [\w-]+\.$/,
    tooLong: /^This is longer than Muster takes at once\./,
  },
  de: {
    tooMany: /^Zu viele Versuche\. Warten Sie \d\d Sekunden und /,
    busy: /^Gerade melden sich sehr viele an\. Warten Sie 5 Sekunden /,
    unavailable: /^Muster konnte das gerade nicht tun; .+: [\w-]+\.$/,
    faulty: /^Muster ist daran gescheitert\. .+: [\w-]+\.$/,
    tooLong: /^Das ist länger, als Muster auf einmal annimmt\./,
  },
} as const

describe.each(['en', 'de'] as const)('in %s', language => {
  let ask: typeof import('../../web/state/http.ts').ask
  const words = expected[language]

  beforeAll(async () => {
    door = await Door.open({ limits: { perAddress: 12, perName: 2, seconds: 90 }, around: troubled })
    await speak(language)
    ;({ ask } = await import('../../web/state/http.ts'))
  })

  afterAll(() => door.close())

  const look = (code: string) => ask('GET', `${door.origin}/api/join/${code}`)

  test.each([
    ['busy', new TooBusy('too many people sign in at once')],
    ['unavailable', new StoreUnavailable('it is away')],
    ['faulty', new Error('a fault of ours')],
  ] as const)('[WB131] that the server is %s is said in its reader’s words, with what to do', async (what, thrown) => {
    trouble = thrown
    expect(await look('AAAABBBB')).toMatchObject({ type: 'refused', sentence: expect.stringMatching(words[what]) })
    trouble = null
  })

  test('[WB131] so is that a command was not done; what the screen says of it itself stays', async () => {
    const { outcomeSentence } = await import('../../web/state/sentences.ts')
    const unavailable = { type: 'unavailable', sentence: 'As the screen says it.', reference: 'r-1' } as const
    expect(outcomeSentence(unavailable)).toMatch(words.unavailable)
    expect(outcomeSentence({ ...unavailable, faulty: true })).toMatch(words.faulty)
    expect(outcomeSentence({ ...unavailable, reference: '' })).toBe('As the screen says it.')
  })

  test('[WB131] a page that was opened elsewhere is told where Muster is', async () => {
    const answer = await ask('POST', `${door.origin}/api/sign-in`, { name: 'Ada', password: 'a long password' })
    expect(answer).toMatchObject({ type: 'refused', status: 403, sentence: expect.stringContaining(door.origin) })
    if (language === 'de')
      expect(answer).toMatchObject({ sentence: expect.stringMatching(/^Diese Seite .+ ändern\.$/) })
  })

  test('[WB131] what is too long for the door is said so', async () => {
    const bare = fetch
    const asOurPage: typeof fetch = (url, init) =>
      bare(url, { ...init, headers: { ...(init?.headers as Record<string, string>), origin: door.origin } })
    vi.stubGlobal('fetch', asOurPage)
    const answer = await ask('POST', `${door.origin}/api/join`, { code: 'x'.repeat(200_000) })
    vi.stubGlobal('fetch', bare)
    expect(answer).toMatchObject({ status: 413, sentence: expect.stringMatching(words.tooLong) })
  })

  test('[WB131] [AC5] who tried too often is told how long to wait', async () => {
    let last = await look('AAAABBBB')
    for (let tries = 1; tries < 13; tries++) last = await look('AAAABBBB')
    expect(last).toMatchObject({ status: 429, sentence: expect.stringMatching(words.tooMany) })
  })
})
