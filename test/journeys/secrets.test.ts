import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { company } from '@muster/server/domain/indexes.ts'
import { openRedisStore } from '@muster/server/store/redis.ts'
import { openSqliteStore } from '@muster/server/store/sqlite.ts'
import type { Store } from '@muster/server/store/store.ts'
import type { ChannelRecord, ChannelSecrets } from '@muster/shared/channel.ts'
import type { ChannelView } from '@muster/shared/endpoint.ts'
import { createClient } from 'redis'
import { afterEach, describe, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { until } from '../support/until.ts'
import { type Given, type Visitor, World } from '../support/world.ts'

const password = 'correct-horse-battery-staple'
const token = 'token-of-the-status-page'
const bearer = 'bearer-of-the-alert-manager'
const signing = `whsec_${randomBytes(32).toString('base64')}`
const all = [password, token, bearer, signing, signing.slice('whsec_'.length)]

const settings = { kind: 'webhook', replyUrl: null, longest: 500, deduplicates: true } as const
const channel = { id: 'posts', name: 'Posts', enabled: true, incidentId: null, settings }

let redis: RedisServer | null = null
let world: World | null = null
afterEach(async () => {
  await world?.close()
  await redis?.stop()
  world = null
  redis = null
})

async function open(kind: Store['kind'], given: Given = {}): Promise<World> {
  if (kind === 'redis') redis = await startRedis({ appendonly: true })
  const quiet = { MUSTER_LOG_LEVEL: 'debug', MUSTER_SECRET_KEY: '', ...given.settings }
  world = await World.open({ ...given, ...(redis && { redisUrl: redis.url }), settings: quiet })
  return world
}

/** Opens the store of a world that is stopped, as an earlier version or a thief might. */
async function withStore<T>({ folder }: World, work: (store: Store) => Promise<T>): Promise<T> {
  const store =
    redis === null ? await openSqliteStore({ file: join(folder, 'muster.db') }) : await openRedisStore(redis)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

async function put(store: Store, key: string, value: object, index?: string): Promise<void> {
  const [former] = (await store.read(company.room, [key])).records
  const indexes: Record<string, number> = index === undefined ? {} : { [index]: 0 }
  const record = { key, value, indexes, formerly: Object.keys(former?.indexes ?? {}) }
  const change = { commandId: crypto.randomUUID(), seen: { [key]: former?.version ?? null }, tell: [], answer: {} }
  expect(await store.commit(company.room, [{ ...change, put: [record] }])).toMatchObject([{ type: 'committed' }])
}

/** Every byte that is at rest: the database with its companions, or what Redis wrote; not the key, nor the settings' file. */
async function atRest({ folder }: World): Promise<string> {
  const place = redis?.folder ?? folder
  if (redis !== null) {
    const client = await createClient({ url: redis.url }).connect()
    await client.sendCommand(['SAVE'])
    await client.close()
  }
  const files = await readdir(place, { recursive: true, withFileTypes: true })
  const kept = files.filter(file => file.isFile() && !['secret.key', 'channels.json'].includes(file.name))
  expect(kept.length).toBeGreaterThan(0)
  const contents = await Promise.all(kept.map(file => readFile(join(file.parentPath, file.name), 'latin1')))
  return contents.join('\n')
}

async function saveAll(commander: Visitor): Promise<void> {
  await commander.do({ type: 'channel/save', channel, secrets: { password, signing: [signing] } } as never)
}

const installed = async (store: Store) => (await store.read(company.room, [company.installation])).records[0]?.value

describe.each(['sqlite', 'redis'] as const)('on %s', kind => {
  test('[AC20] no secret stands anywhere in clear: not at rest, not in a log, not in an answer', async () => {
    const muster = await open(kind)
    const commander = await muster.enter(await muster.firstLink())
    await saveAll(commander)
    const page = { id: 'page', name: 'Page', enabled: true, settings: { kind: 'webhook', url: 'https://example.com/' } }
    const source = { id: 'prometheus', name: 'Prometheus', enabled: true, kind: 'alertmanager', act: 'propose' }
    const whole = { ...source, playbookId: null, severity: 'sev2' }
    const answers = await Promise.all([
      commander.ask({ type: 'status-page/save', page, secrets: { token, signing } } as never),
      commander.ask({ type: 'alert-source/save', source: whole, secrets: { token: bearer } } as never),
    ])
    const channels = await commander.get<object>('/api/channels')
    expect(channels).toMatchObject({ channels: [{ id: 'posts', secrets: ['password', 'signing'] }] })
    if (kind === 'sqlite') await muster.command('backup', join(muster.folder, 'copy.db'))
    const seen = [await atRest(muster), muster.printed, JSON.stringify([answers, channels])]
    await muster.kill('SIGTERM')
    seen.push(await atRest(muster))
    for (const secret of all) for (const text of seen) expect(text.includes(secret)).toBe(false)
    expect(seen[0]).toContain('posts')
  })

  test('[AC23] what an earlier version kept in clear is sealed at the start, and nothing of it is left', async () => {
    const muster = await open(kind)
    await muster.kill('SIGTERM')
    await withStore(muster, async store => {
      const { hmacKey: _, ...former } = (await installed(store)) as { hmacKey: object; keyId: string }
      expect(former.keyId).toMatch(/^[0-9a-f]{16}$/)
      await put(store, company.installation, { hmacKey: 'the-key-that-marks-letters' })
      await put(store, company.channel('posts'), channel, company.channels)
      await put(store, company.secrets('posts'), { password, signing: [signing] })
      await put(store, company.vault('posts'), { secret: bearer })
    })
    expect(await atRest(muster)).toContain(password)
    await muster.start()
    await until('nothing of it to be left', async () => !(await atRest(muster)).includes(password), 20_000)
    await muster.kill('SIGTERM')
    const left = await atRest(muster)
    for (const secret of [...all, 'the-key-that-marks-letters']) expect(left.includes(secret)).toBe(false)
    expect(await withStore(muster, installed)).toMatchObject({ keyId: expect.stringMatching(/^[0-9a-f]{16}$/) })
  })

  test('[AC22] a node with another key does not start, and says which setting to mend', async () => {
    const key = randomBytes(32).toString('base64')
    const muster = await open(kind, { settings: { MUSTER_SECRET_KEY: key } })
    await muster.kill('SIGTERM')
    muster.set({ MUSTER_SECRET_KEY: randomBytes(32).toString('base64') })
    await expect(muster.start()).rejects.toThrow(/another key .* Set MUSTER_SECRET_KEY or MUSTER_SECRET_KEY_FILE to/)
    muster.set({ MUSTER_SECRET_KEY: key })
    await muster.start()
  })

  test('[AC23] another key takes over what the former one sealed, which then opens nothing any more', async () => {
    const [old, later] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')]
    const muster = await open(kind, { settings: { MUSTER_SECRET_KEY: old } })
    await saveAll(await muster.enter(await muster.firstLink()))
    await muster.kill('SIGTERM')
    const sealedBefore = (await withStore(muster, keptSecrets)) as { password: { box: string } }
    muster.set({ MUSTER_SECRET_KEY: later, MUSTER_SECRET_KEY_OLD: old })
    await muster.start()
    await until('the former box to be gone', async () => !(await atRest(muster)).includes(sealedBefore.password.box))
    await muster.kill('SIGTERM')
    muster.set({ MUSTER_SECRET_KEY_OLD: '' })
    await muster.start()
    await muster.kill('SIGTERM')
    expect(muster.printed).not.toContain('cannot be opened')
    muster.set({ MUSTER_SECRET_KEY: old })
    await expect(muster.start()).rejects.toThrow('sealed under another key')
  })

  test('[AC24] a start that finds its channels as they are saved writes nothing of them', async () => {
    const muster = await open(kind, { channels: [{ channel, secrets: { signing: [signing] } }] })
    await muster.kill('SIGTERM')
    const before = await withStore(muster, keptSecrets)
    await muster.start()
    await muster.kill('SIGTERM')
    expect(await withStore(muster, keptSecrets)).toEqual(before)
    const file = [{ channel, secrets: { signing: [`whsec_${randomBytes(32).toString('base64')}`] } }]
    await writeFile(join(muster.folder, 'channels.json'), JSON.stringify(file))
    await muster.start()
    await muster.kill('SIGTERM')
    expect(await withStore(muster, keptSecrets)).not.toEqual(before)
  })
})

test('[AC25] whoever would have a saved token sent to a server of theirs is refused, and that server is never called', async () => {
  const called: unknown[] = []
  const theirs = createServer((request, response) => response.end(String(called.push(request.headers))))
  theirs.listen(0, '127.0.0.1')
  await once(theirs, 'listening')
  const mastodon = { kind: 'mastodon', server: 'http://127.0.0.1:9', longest: 500 } as const
  const account = { ...channel, settings: mastodon }
  const moved = {
    ...account,
    settings: { ...mastodon, server: `http://127.0.0.1:${(theirs.address() as AddressInfo).port}` },
  }
  const muster = await open('sqlite', { channels: [{ channel: account, secrets: { token } }] })
  try {
    const cora = await muster.enter(await muster.firstLink())
    const refusal = { code: 'conflict', why: 'secret-elsewhere', field: 'secrets.token' }
    const saved = await cora.ask({ type: 'channel/save', channel: moved, secrets: {} } as never)
    expect(saved).toMatchObject({ type: 'refused', refusal })
    expect(await trying(cora, moved, {})).toMatchObject({ type: 'refused', refusal })
    expect(called).toEqual([])
    const { channels } = await cora.get<{ channels: ChannelView[] }>('/api/channels')
    expect(channels).toMatchObject([{ settings: mastodon }])
    await trying(cora, moved, { token: 'their-own-token' })
    expect(called).toContainEqual(expect.objectContaining({ authorization: 'Bearer their-own-token' }))
    expect(JSON.stringify(called)).not.toContain(token)
  } finally {
    theirs.close()
  }
  await muster.kill('SIGTERM')
  await writeFile(join(muster.folder, 'channels.json'), JSON.stringify([{ channel: moved, secrets: {} }]))
  await expect(muster.start()).rejects.toThrow(/MUSTER_CHANNELS.*"posts" was not saved\..*give the token again/)
})

async function trying({ world, cookie }: Visitor, channel: ChannelRecord, secrets: ChannelSecrets): Promise<unknown> {
  const response = await fetch(`${world.origin}/api/channels/try`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: world.origin, cookie },
    body: JSON.stringify({ channel, secrets, to: null }),
  })
  return response.json()
}

async function keptSecrets(store: Store): Promise<unknown> {
  return (await store.read(company.room, [company.secrets('posts')])).records[0]?.value
}

test('[AC22] the first start makes a key file that only its owner may read; a later one misses it, and says so', async () => {
  const muster = await open('sqlite')
  const file = join(muster.folder, 'secret.key')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(Buffer.from(await readFile(file, 'utf8'), 'base64')).toHaveLength(32)
  await muster.kill('SIGTERM')
  const key = await readFile(file, 'utf8')
  await rm(file)
  await expect(muster.start()).rejects.toThrow(/their key is missing: .*secret\.key is not there\. Put it back, or set/)
  await writeFile(file, 'no key')
  await expect(muster.start()).rejects.toThrow('is no key. Put the right file back.')
  await rm(file)
  const elsewhere = join(muster.folder, 'keys', 'key')
  await mkdir(join(muster.folder, 'keys'))
  await writeFile(elsewhere, key)
  await chmod(elsewhere, 0o444)
  muster.set({ MUSTER_SECRET_KEY_FILE: elsewhere })
  await muster.start()
})

test('[AC23] where the key is lost the secrets are taken away, and the rest is as it was', async () => {
  const muster = await open('sqlite')
  await saveAll(await muster.enter(await muster.firstLink()))
  await muster.kill('SIGTERM')
  await rm(join(muster.folder, 'secret.key'))
  expect(await muster.command('secrets', 'forget')).toMatch(/^Every sealed secret is gone\./)
  await muster.start()
  const said = await muster.command('token', '--role', 'commander')
  const token = /muster_[\w-]{43}/.exec(said)?.[0]
  const authorization = { headers: { authorization: `Bearer ${token}` } }
  const listed = await (await fetch(`${muster.origin}/api/channels`, authorization)).json()
  expect(listed).toMatchObject({ channels: [{ id: 'posts', name: 'Posts', secrets: [] }] })
})
