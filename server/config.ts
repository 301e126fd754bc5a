import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ChannelSecrets, SavedChannel } from '@muster/shared/channel.ts'
import { z } from 'zod'
import { type LogLevel, logLevels } from './insight/log.ts'

export type Config = {
  port: number
  host: string
  /** The folder that SQLite's store lives in. Nothing makes it but the store. */
  data: string
  /** Where people's browsers find Muster. */
  origin: string
  /** Every origin that may ask for changes: `origin`, and on this machine its other names. */
  origins: readonly string[]
  /** null: the store is SQLite. */
  redisUrl: string | null
  /** Hosts that channels may call although they are not on the public internet. */
  internalHosts: readonly string[]
  /** Channels that every start saves, with their secrets. */
  channels: readonly StartChannel[]
  /** 32 bytes under which secrets are sealed; null: those of the key file in the data folder. */
  secretKey: Buffer | null
  /** Keys that secrets were sealed under before. */
  formerKeys: readonly Buffer[]
  logLevel: LogLevel
}

const StartChannel = z.object({ channel: SavedChannel, secrets: ChannelSecrets.default({}) })
export type StartChannel = z.infer<typeof StartChannel>

const host = /^[A-Za-z0-9.:-]{1,253}$/
const root = resolve(import.meta.dirname, '..')
const expectedKey = 'expected 32 bytes in base64, as "openssl rand -base64 32" makes them'

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'expected a port from 1 to 65535')
  .transform(Number)
  .refine(value => value >= 1 && value <= 65_535, 'expected a port from 1 to 65535')

const key = z
  .string()
  .transform(keyOf)
  .refine(bytes => bytes.length === 32, expectedKey)

const settings = {
  MUSTER_PORT: port.default(4000),
  MUSTER_HOST: z.string().regex(host, 'expected the name or address to listen on').default('127.0.0.1'),
  MUSTER_DATA: z.string().default('data'),
  MUSTER_ORIGIN: z
    .string()
    .refine(isOrigin, 'expected an address like https://muster.example.com, without a path')
    .transform(value => new URL(value).origin)
    .optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/[^\s]+$/, 'expected an address that begins with redis:// or rediss://')
    .optional(),
  MUSTER_INTERNAL_HOSTS: z
    .string()
    .transform(value =>
      value
        .split(',')
        .map(part => part.trim())
        .filter(part => part !== ''),
    )
    .refine(hosts => hosts.every(part => host.test(part)), 'expected host names or addresses with commas between them')
    .default([]),
  MUSTER_CHANNELS: z.string().optional(),
  MUSTER_SECRET_KEY: key.optional(),
  MUSTER_SECRET_KEY_FILE: z.string().optional(),
  MUSTER_SECRET_KEY_OLD: z
    .string()
    .transform(value => value.split(',').map(keyOf))
    .refine(keys => keys.every(bytes => bytes.length === 32), `${expectedKey}; several with commas between them`)
    .default([]),
  MUSTER_LOG_LEVEL: z.enum(logLevels, `expected one of ${logLevels.join(', ')}`).default('info'),
}
const Settings = z.object(settings)

/** A value of these is a secret or may hold one, and is not repeated in a complaint. */
const hidden: readonly string[] = ['REDIS_URL', 'MUSTER_SECRET_KEY', 'MUSTER_SECRET_KEY_OLD']

/** Reads the settings, and the file of channels they name. A setting that is there but empty counts as missing. */
export function readConfig(environment: Record<string, string | undefined>): Config | { complaint: string } {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const unknown = Object.keys(given).filter(name => name.startsWith('MUSTER_') && !(name in settings))
  const parsed = Settings.safeParse(given)
  const complaints = [
    ...unknown.map(name => `There is no setting ${name}. The settings are ${Object.keys(settings).join(', ')}.`),
    ...(parsed.error?.issues ?? []).map(issue => complaintOf(String(issue.path[0]), given, issue.message)),
  ]
  if (!parsed.success || complaints.length > 0) return { complaint: complaints.join('\n') }
  const { data } = parsed
  const channels = data.MUSTER_CHANNELS === undefined ? [] : readChannels(resolve(root, data.MUSTER_CHANNELS))
  if ('complaint' in channels) return channels
  const secretKey = readKey(data.MUSTER_SECRET_KEY, data.MUSTER_SECRET_KEY_FILE)
  if (secretKey !== null && 'complaint' in secretKey) return secretKey
  return {
    port: data.MUSTER_PORT,
    host: data.MUSTER_HOST,
    data: resolve(root, data.MUSTER_DATA),
    ...originsOf(data.MUSTER_ORIGIN, data.MUSTER_HOST, data.MUSTER_PORT),
    redisUrl: data.REDIS_URL ?? null,
    internalHosts: data.MUSTER_INTERNAL_HOSTS,
    channels,
    secretKey,
    formerKeys: data.MUSTER_SECRET_KEY_OLD,
    logLevel: data.MUSTER_LOG_LEVEL,
  }
}

/** The file of the embedded store. */
export function storeFile({ data }: Config): string {
  return join(data, 'muster.db')
}

/** The key that base64 stands for; of another length where it stands for none. */
export function keyOf(text: string): Buffer {
  const trimmed = text.trim()
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed) ? Buffer.from(trimmed, 'base64') : Buffer.alloc(0)
}

function readKey(given: Buffer | undefined, file: string | undefined): Buffer | null | { complaint: string } {
  if (file === undefined) return given ?? null
  if (given !== undefined)
    return { complaint: 'Both MUSTER_SECRET_KEY and MUSTER_SECRET_KEY_FILE are set. Set one of them.' }
  const path = resolve(root, file)
  const complain = (what: string) => ({ complaint: `The setting MUSTER_SECRET_KEY_FILE names ${path}, but ${what}.` })
  try {
    const read = keyOf(readFileSync(path, 'utf8'))
    return read.length === 32 ? read : complain(`what stands in it is no key: ${expectedKey}`)
  } catch {
    return complain('that file cannot be read')
  }
}

function complaintOf(name: string, given: Record<string, string | undefined>, expected: string): string {
  const is = hidden.includes(name) ? 'is wrong' : `is "${given[name]}"`
  return `The setting ${name} ${is}: ${expected}.`
}

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, pathname, search, hash, username, password } = new URL(value)
  return /^https?:$/.test(protocol) && pathname === '/' && `${search}${hash}${username}${password}` === ''
}

/** This machine goes by several names, and a browser may use any; elsewhere the one address has to be said. */
function originsOf(given: string | undefined, host: string, port: number): Pick<Config, 'origin' | 'origins'> {
  if (given !== undefined) return { origin: given, origins: [given] }
  const originOf = (name: string) => new URL(`http://${name.includes(':') ? `[${name}]` : name}:${port}`).origin
  const here = ['127.0.0.1', 'localhost', '::1']
  const named = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const names = here.includes(named) ? here : [named]
  return { origin: originOf(named), origins: names.map(originOf) }
}

/** What stands in the file is never repeated: it holds secrets. */
function readChannels(file: string): StartChannel[] | { complaint: string } {
  const complain = (what: string) => ({ complaint: `The setting MUSTER_CHANNELS names ${file}, but ${what}.` })
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    return complain(error instanceof SyntaxError ? 'that file is not JSON' : 'that file cannot be read')
  }
  const parsed = z.array(StartChannel).safeParse(content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return complain(
    `at ${issue?.path.join('.') || 'its beginning'} it is wrong: ${issue?.message ?? 'expected a list of channels'}`,
  )
}
