import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readConfig } from '@muster/server/config.ts'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'muster-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const key = (filling: number) => Buffer.alloc(32, filling).toString('base64')
const settings = { kind: 'webhook', replyUrl: null }
const channel = { id: 'hook', name: 'Hook', enabled: true, incidentId: null, settings }

test('[OP1] without a setting Muster serves this machine alone, from the folder data', () => {
  expect(readConfig({ PATH: '/bin', MUSTER_PORT: '' })).toEqual({
    port: 4000,
    host: '127.0.0.1',
    data: resolve(import.meta.dirname, '../../data'),
    origin: 'http://127.0.0.1:4000',
    origins: ['http://127.0.0.1:4000', 'http://localhost:4000', 'http://[::1]:4000'],
    redisUrl: null,
    internalHosts: [],
    channels: [],
    secretKey: null,
    formerKeys: [],
    logLevel: 'info',
  })
})

test('[OP1] every setting is taken as it is meant', () => {
  const channels = file('good.json', JSON.stringify([{ channel, secrets: { signing: [secret] } }]))
  const given = {
    MUSTER_PORT: '8080',
    MUSTER_HOST: '0.0.0.0',
    MUSTER_DATA: '/var/lib/muster',
    MUSTER_ORIGIN: 'https://muster.example.com/',
    REDIS_URL: 'redis://:password@redis:6379/1',
    MUSTER_INTERNAL_HOSTS: 'mattermost.internal, 10.0.0.5:8080',
    MUSTER_CHANNELS: channels,
    MUSTER_SECRET_KEY: key(1),
    MUSTER_SECRET_KEY_OLD: `${key(2)}, ${key(3)}`,
    MUSTER_LOG_LEVEL: 'warn',
  }
  expect(readConfig(given)).toEqual({
    port: 8080,
    host: '0.0.0.0',
    data: '/var/lib/muster',
    origin: 'https://muster.example.com',
    origins: ['https://muster.example.com'],
    redisUrl: 'redis://:password@redis:6379/1',
    internalHosts: ['mattermost.internal', '10.0.0.5:8080'],
    channels: [
      {
        channel: { ...channel, settings: { ...settings, longest: 10_000, deduplicates: false } },
        secrets: { signing: [secret] },
      },
    ],
    secretKey: Buffer.alloc(32, 1),
    formerKeys: [Buffer.alloc(32, 2), Buffer.alloc(32, 3)],
    logLevel: 'warn',
  })
})

const wrong: [setting: Record<string, string>, complaint: string | RegExp][] = [
  [{ MUSTER_PORT: 'http' }, 'The setting MUSTER_PORT is "http": expected a port from 1 to 65535.'],
  [{ MUSTER_PORT: '0' }, 'The setting MUSTER_PORT is "0": expected a port from 1 to 65535.'],
  [{ MUSTER_PORT: '70000' }, 'The setting MUSTER_PORT is "70000": expected a port from 1 to 65535.'],
  [{ MUSTER_HOST: 'a b' }, 'The setting MUSTER_HOST is "a b": expected the name or address to listen on.'],
  [
    { MUSTER_ORIGIN: 'muster.example.com' },
    /^The setting MUSTER_ORIGIN is "muster.example.com": expected an address like https:/,
  ],
  [{ MUSTER_ORIGIN: 'https://example.com/muster' }, /^The setting MUSTER_ORIGIN is .* without a path\.$/],
  [
    { MUSTER_LOG_LEVEL: 'loud' },
    'The setting MUSTER_LOG_LEVEL is "loud": expected one of silent, error, warn, info, debug.',
  ],
  [
    { MUSTER_INTERNAL_HOSTS: 'a,b c' },
    /^The setting MUSTER_INTERNAL_HOSTS is "a,b c": expected host names or addresses/,
  ],
  [{ MUSTER_PRT: '1' }, /^There is no setting MUSTER_PRT\. The settings are MUSTER_PORT, /],
  [
    { MUSTER_CHANNELS: 'no-such-file' },
    /^The setting MUSTER_CHANNELS names .*no-such-file, but that file cannot be read\.$/,
  ],
  [{ MUSTER_CHANNELS: file('bad.json', '{') }, /but that file is not JSON\.$/],
  [
    { MUSTER_CHANNELS: file('wrong.json', JSON.stringify([{ channel: { ...channel, id: 'a b' } }])) },
    /but at 0\.channel\.id it is wrong: expected 1 to 64 letters/,
  ],
  [
    { MUSTER_SECRET_KEY: 'short' },
    'The setting MUSTER_SECRET_KEY is wrong: expected 32 bytes in base64, as "openssl rand -base64 32" makes them.',
  ],
  [{ MUSTER_SECRET_KEY_OLD: `${key(1)},short` }, /^The setting MUSTER_SECRET_KEY_OLD is wrong: expected 32 bytes/],
  [{ MUSTER_SECRET_KEY_FILE: 'no-such-file' }, /^The setting MUSTER_SECRET_KEY_FILE names .* cannot be read\.$/],
  [{ MUSTER_SECRET_KEY_FILE: file('no.key', 'short') }, /but what stands in it is no key: expected 32 bytes/],
  [{ MUSTER_SECRET_KEY: key(1), MUSTER_SECRET_KEY_FILE: file('a.key', key(1)) }, /^Both MUSTER_SECRET_KEY and /],
]

test.each(wrong)('[OP1] %o is answered with a sentence', (given, complaint) => {
  const config = readConfig(given)
  const said = 'complaint' in config ? config.complaint : ''
  if (typeof complaint === 'string') expect(said).toBe(complaint)
  else expect(said).toMatch(complaint)
})

test('[OP1] all that is wrong is said at once', () => {
  const config = readConfig({ MUSTER_PORT: 'x', MUSTER_LOG_LEVEL: 'y' })
  expect('complaint' in config && config.complaint.split('\n')).toHaveLength(2)
})

test('[CH6] a complaint about a setting repeats no secret that stands in it', () => {
  const channels = file('secret.json', JSON.stringify([{ channel, secrets: { signing: ['whsec_hunter2'] } }]))
  const key = file('hunter2.key', 'hunter2')
  const given: Record<string, string>[] = [
    { REDIS_URL: 'http://:hunter2@redis' },
    { MUSTER_CHANNELS: channels },
    { MUSTER_SECRET_KEY: 'hunter2' },
    { MUSTER_SECRET_KEY_OLD: 'hunter2' },
    { MUSTER_SECRET_KEY_FILE: key.replace('hunter2', 'none') },
  ]
  const complaints = given.map(readConfig)
  for (const said of complaints) expect(JSON.stringify(said)).toMatch(/^{"complaint":(?!.*hunter2)/)
})
