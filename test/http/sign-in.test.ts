import { afterEach, expect, test } from 'vitest'
import { cookieOf, Door, type Given } from './door.ts'

const hour = 3_600_000
const password = 'correct horse battery staple'
const wrong = {
  sentence: 'This name and password do not belong together. Try again, or ask a commander for a sign-in link.',
}

let door: Door
afterEach(() => door.close())

async function openDoor(given: Given = {}): Promise<void> {
  door = await Door.open(given)
}

async function withPassword(name: string): Promise<string> {
  const cookie = await door.enter(name)
  expect((await door.post('/api/password', { password }, { cookie })).status).toBe(200)
  return cookie
}

test('[AC2] of twenty browsers that use one link at once exactly one is let in', async () => {
  await openDoor()
  const link = await door.invite('Ada')
  const statuses = await Promise.all(
    Array.from({ length: 20 }, () => door.post('/api/sign-in', { link }).then(({ status }) => status)),
  )
  expect(statuses.toSorted((one, other) => one - other)).toEqual([200, ...Array(19).fill(401)])
})

test('[AC2] a link older than a day is refused, and says what to do', async () => {
  await openDoor()
  const link = await door.invite('Ada')
  door.clock.now += 24 * hour
  const response = await door.post('/api/sign-in', { link })
  expect(response.status).toBe(401)
  expect(await response.json()).toEqual({
    sentence: 'This sign-in link has been used already, or is older than a day. Ask a commander for a new one.',
  })
})

test('[AC2] an invitation given twice shows its link once', async () => {
  await openDoor()
  await door.invite('Ada')
  const authorization = await door.bearer('commander')
  const command = { id: 'invite-1', type: 'person/invite', personId: 'ada' }
  const first = (await (await door.post('/api/commands', command, { authorization })).json()) as {
    answer: { link: string }
  }
  expect(first.answer).toEqual({ link: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#\/link\/[\w-]{43}$/) })
  const second = await door.post('/api/commands', command, { authorization })
  expect(second.status).toBe(409)
})

test('[AC2] of links, sessions, passwords and tokens nothing but hashes is stored, and nothing is logged', async () => {
  await openDoor()
  const link = await door.invite('Ada')
  const entered = await door.post('/api/sign-in', { link })
  const cookie = cookieOf(entered)
  await door.post('/api/password', { password }, { cookie })
  await door.post('/api/sign-in', { name: 'Ada', password })
  await door.post('/api/sign-in', { name: 'Ada', password: 'a wrong password' })
  await door.post('/api/sign-in', `{"name":"Ada","password":"${password}"`)
  const authorization = await door.bearer('lead')
  await door.get('/api/me', { authorization })
  const session = cookie.split('=')[1] ?? ''
  const token = authorization.split(' ')[1] ?? ''
  const stored = await door.stored()
  expect(stored).toContain('scrypt$')
  for (const secret of [link, session, password, token, 'a wrong password']) {
    expect(secret.length).toBeGreaterThan(10)
    expect(stored.includes(secret)).toBe(false)
    expect(door.logged.includes(secret)).toBe(false)
  }
})

test('[AC3] the cookie is HttpOnly and SameSite; under https it is Secure and bound to its host', async () => {
  await openDoor()
  const [plain] = (await door.post('/api/sign-in', { link: await door.invite('Ada') })).headers.getSetCookie()
  expect(plain).toMatch(/^muster=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; SameSite=Strict$/)
  await door.close()
  await openDoor({ origin: 'https://muster.example.com' })
  const headers = { origin: 'https://muster.example.com' }
  const [secure] = (await door.post('/api/sign-in', { link: await door.invite('Ada') }, headers)).headers.getSetCookie()
  expect(secure).toMatch(/^__Host-muster=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; SameSite=Strict; Secure$/)
})

test('[AC3] a session ends after 12 idle hours, and work before that keeps it', async () => {
  await openDoor()
  const cookie = await door.enter('Ada')
  const status = async () => (await door.get('/api/me', { cookie })).status
  door.clock.now += 11 * hour
  expect(await status()).toBe(200)
  door.clock.now += 11 * hour
  expect(await status()).toBe(200)
  door.clock.now += 1 * hour
  expect(await status()).toBe(200)
  door.clock.now += 1 * hour
  expect(await status()).toBe(401)
})

test('[AC3] signing out ends the session on the server and takes the cookie from the browser', async () => {
  await openDoor()
  const cookie = await door.enter('Ada')
  const response = await door.post('/api/sign-out', {}, { cookie })
  expect(response.headers.getSetCookie()).toEqual(['muster=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict'])
  expect((await door.get('/api/me', { cookie })).status).toBe(401)
  expect((await door.post('/api/sign-out', {}, { cookie })).status).toBe(200)
})

test('[AC3] signing in again gives another session and ends the one before', async () => {
  await openDoor()
  const first = await door.enter('Ada')
  const response = await door.post('/api/sign-in', { link: await door.invite('Ada') }, { cookie: first })
  const second = cookieOf(response)
  expect(second).not.toBe(first)
  expect((await door.get('/api/me', { cookie: first })).status).toBe(401)
  expect((await door.get('/api/me', { cookie: second })).status).toBe(200)
})

test('[AC3] a changed password ends the sessions of other browsers', async () => {
  await openDoor()
  const here = await withPassword('Ada')
  const there = cookieOf(await door.post('/api/sign-in', { name: 'ada', password }))
  const changed = await door.post('/api/password', { password: 'another long password' }, { cookie: here })
  expect(changed.status).toBe(200)
  expect((await door.get('/api/me', { cookie: there })).status).toBe(401)
  expect((await door.get('/api/me', { cookie: here })).status).toBe(200)
  expect((await door.post('/api/sign-in', { name: 'Ada', password })).status).toBe(401)
})

test('[RT8] what a commander takes from a person is gone at their next request', async () => {
  await openDoor()
  const cookie = await door.enter('Ada', 'lead')
  const authorization = await door.bearer('commander')
  await door.post('/api/commands', { id: 'd1', type: 'person/disable', personId: 'ada' }, { authorization })
  expect((await door.get('/api/people', { cookie })).status).toBe(401)
})

test('[AC5] tries to sign in are limited by name, and the right password is no way around', async () => {
  await openDoor({ limits: { perAddress: 100, perName: 3, seconds: 60 } })
  await withPassword('Ada')
  for (let tries = 0; tries < 3; tries++) {
    const response = await door.post('/api/sign-in', { name: 'ADA', password: `guess ${tries}` })
    expect([response.status, await response.json()]).toEqual([401, wrong])
  }
  const limited = await door.post('/api/sign-in', { name: 'Ada', password })
  expect(limited.status).toBe(429)
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await door.post('/api/sign-in', { link: await door.invite('Ada') })).status).toBe(200)
})

test('[AC5] tries to sign in are limited by address, many at once as well', async () => {
  await openDoor({ limits: { perAddress: 5, perName: 100, seconds: 60 } })
  const guesses = Array.from({ length: 12 }, (_, index) =>
    door.post('/api/sign-in', { link: `a guessed link, number ${index}` }),
  )
  const statuses = (await Promise.all(guesses)).map(({ status }) => status)
  expect(statuses.toSorted((one, other) => one - other)).toEqual([...Array(5).fill(401), ...Array(7).fill(429)])
})

test('[AC5] a whole office signs in through one address: who succeeds costs it no try', async () => {
  await openDoor({ limits: { perAddress: 3, perName: 3, seconds: 60 } })
  for (let number = 0; number < 8; number++) await door.enter(`Person ${number}`)
})

test('[AC5] an address that a caller made up counts for nothing unless a proxy of this machine says it', async () => {
  await openDoor({ limits: { perAddress: 2, perName: 100, seconds: 60 } })
  const guess = (forwarded: string) =>
    door.post('/api/sign-in', { link: 'a guessed link, wrong' }, { 'x-forwarded-for': forwarded })
  // The last address is what the proxy saw; what stands before it came from the caller.
  for (const made of ['198.51.100.1', '198.51.100.2']) expect((await guess(`${made}, 203.0.113.9`)).status).toBe(401)
  expect((await guess('198.51.100.3, 203.0.113.9')).status).toBe(429)
  expect((await guess('203.0.113.10')).status).toBe(401)
})

test('[AC5] an unknown name is answered like a wrong password, and takes as long', async () => {
  await openDoor()
  await withPassword('Ada')
  const timed = async (name: string) => {
    const from = performance.now()
    const response = await door.post('/api/sign-in', { name, password: 'not the password' })
    expect([response.status, await response.json()]).toEqual([401, wrong])
    return performance.now() - from
  }
  const known: number[] = []
  const unknown: number[] = []
  for (let tries = 0; tries < 4; tries++) {
    known.push(await timed('Ada'))
    unknown.push(await timed('Nobody'))
  }
  // Without the work of a hash it would take a hundredth; a busy machine may double either.
  expect(Math.min(...unknown) / Math.min(...known)).toBeGreaterThan(0.25)
  expect(Math.min(...unknown) / Math.min(...known)).toBeLessThan(4)
})

test('[AC6] a token acts with its role, beside no cookie and without an origin, and not after it is revoked', async () => {
  await openDoor()
  const authorization = await door.bearer('lead')
  const cookie = await door.enter('Cora', 'commander')
  const me = (await (await door.get('/api/me', { authorization, cookie })).json()) as { id: string; role: string }
  expect(me).toMatchObject({ id: expect.stringMatching(/^token-/), role: 'lead' })
  const { revokeTokens } = await import('@muster/server/auth/tokens.ts')
  await revokeTokens(door.desk, 'lead')
  expect((await door.get('/api/me', { authorization, cookie })).status).toBe(401)
})

test('[AC6] a token sets no password', async () => {
  await openDoor()
  const response = await door.post('/api/password', { password }, { authorization: await door.bearer('commander') })
  expect(response.status).toBe(403)
})
