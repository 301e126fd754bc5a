import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const start = resolve(import.meta.dirname, '../../server/start.mjs')
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-command-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

type Ran = { code: number; out: string; error: string }

async function node(words: string[], settings: Record<string, string> = {}): Promise<Ran> {
  const env = { PATH: process.env.PATH, MUSTER_DATA: folder, ...settings }
  const child = spawn(process.execPath, [start, ...words], { env })
  const said = { out: '', error: '' }
  child.stdout.on('data', data => {
    said.out += String(data)
  })
  child.stderr.on('data', data => {
    said.error += String(data)
  })
  const [code] = await once(child, 'close')
  return { code: Number(code), ...said }
}

const muster = (...words: string[]) => node(['--command', ...words])

test('[OP1] a wrong setting ends the start with 2 and a sentence, without a stack', async () => {
  expect(await node([], { MUSTER_PORT: 'x' })).toEqual({
    code: 2,
    out: '',
    error: 'The setting MUSTER_PORT is "x": expected a port from 1 to 65535.\n',
  })
})

const misused: [words: string[], sentence: string][] = [
  [['usr'], 'There is no command "usr".'],
  [['user'], 'After "user" comes one of add, list, link, disable.'],
  [['user', 'constructor'], 'After "user" comes one of add, list, link, disable.'],
  [['user', 'add', 'Ada', '--role', 'lead'], '--team is missing.'],
  [
    ['user', 'add', 'Ada', '--team', 'X', '--role', 'king'],
    'There is no role "king"; the roles are commander, lead, reviewer, responder, observer.',
  ],
  [
    ['user', 'add', 'Ada', 'Lovelace', '--team', 'X', '--role', 'lead'],
    '"Lovelace" is one word too many; put names of several words in quotes.',
  ],
  [['token'], '--role is missing; the roles are commander, lead, reviewer, responder, observer.'],
  [['token', '--rol', 'lead'], "Unknown option '--rol'."],
  [['backup'], 'FILE is missing.'],
]

test.each(misused)('[AC7] muster %j is answered with a sentence', async (words, sentence) => {
  const { code, error } = await muster(...words)
  expect([code, error.split('\n')[0]]).toEqual([2, sentence])
})

test('[AC2] muster user add prints a one-time link, user link another, and user disable ends both', async () => {
  const link =
    /^This link signs in Ada Lovelace, once, within a day:\n {2}http:\/\/127\.0\.0\.1:4000\/#\/link\/[\w-]{43}\n$/
  const added = await muster('user', 'add', 'Ada Lovelace', '--role', 'responder', '--team', 'Support')
  expect(added).toMatchObject({ code: 0, out: expect.stringMatching(link) })
  expect((await muster('user', 'link', 'ada lovelace')).out).toMatch(link)
  expect((await muster('user', 'list')).out).toBe('Ada Lovelace\tSupport\tresponder\n')
  expect((await muster('user', 'disable', 'Ada Lovelace')).code).toBe(0)
  expect((await muster('user', 'list')).out).toBe('Ada Lovelace\tSupport\tresponder\tdisabled\n')
  expect(await muster('user', 'link', 'Ada Lovelace')).toMatchObject({ code: 1, out: '' })
})

test('[AC6] muster token prints a token once, lists it without its secret, and revokes it', async () => {
  const { code, out } = await muster('token', '--role', 'commander', '--name', 'deploys')
  expect([code, out]).toEqual([0, expect.stringMatching(/^muster_[\w-]{43}\n$/)])
  const listed = (await muster('token', 'list')).out
  expect(listed).toMatch(/^deploys\tcommander\t\d{4}-/)
  expect(listed).not.toContain(out.trim())
  expect((await muster('token', 'revoke', 'deploys')).out).toBe('Revoked: one token called deploys.\n')
  expect((await muster('token', 'list')).out).toBe('There are no tokens.\n')
})

test('[ST11] muster backup writes a store that opens, and replaces nothing', async () => {
  await muster('user', 'add', 'Ada', '--role', 'lead', '--team', 'Support')
  const copy = join(folder, 'copy')
  expect((await muster('backup', join(folder, 'backup.db'))).code).toBe(0)
  expect((await muster('backup', join(folder, 'backup.db'))).code).toBe(1)
  await rm(copy, { recursive: true, force: true })
  const { mkdir, rename } = await import('node:fs/promises')
  await mkdir(copy)
  await rename(join(folder, 'backup.db'), join(copy, 'muster.db'))
  expect((await node(['--command', 'user', 'list'], { MUSTER_DATA: copy })).out).toBe('Ada\tSupport\tlead\n')
})
