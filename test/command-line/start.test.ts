import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'

const main = resolve(import.meta.dirname, '../../server/main.ts')

let folder: string
const running: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-start-'))
})
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

type Started = { child: ChildProcess; said: { out: string; error: string }; ended: Promise<number | null> }

function start(port: number): Started {
  const env = { PATH: process.env.PATH, MUSTER_DATA: folder, MUSTER_PORT: String(port) }
  const child = spawn(process.execPath, [main], { env })
  running.push(child)
  const said = { out: '', error: '' }
  child.stdout.on('data', data => {
    said.out += String(data)
  })
  child.stderr.on('data', data => {
    said.error += String(data)
  })
  return { child, said, ended: once(child, 'close').then(([code]) => code as number | null) }
}

test.each(['SIGTERM', 'SIGINT'] as const)('[OP3] %s stops the server in good order, and says so', async signal => {
  const port = await freePort()
  const { child, said, ended } = start(port)
  await until('the address', () => said.out.includes('/#/link/'))
  expect(said.out).toMatch(
    new RegExp(
      `^Muster is at http://127\\.0\\.0\\.1:${port}\nNobody has signed in yet\\. This link signs in the first commander, once, within a day:\n {2}http://127\\.0\\.0\\.1:${port}/#/link/[\\w-]{43}\n$`,
    ),
  )
  child.kill(signal)
  // A terminal's Ctrl+C arrives twice when whoever started the process hands it on.
  child.kill(signal)
  expect(await ended).toBe(0)
  expect(said.out).toMatch(
    /Stopping: what runs is finished first\. Press Ctrl\+C again to stop at once\.\nStopped\.\n$/,
  )
  expect(said.error).toBe('')
})

test('[OP1] a port that is taken is a sentence, and nothing is left running', async () => {
  const port = await freePort()
  const other: Server = createServer().listen(port, '127.0.0.1')
  await once(other, 'listening')
  const { said, ended } = start(port)
  expect(await ended).toBe(1)
  other.close()
  expect(said.error).toBe(
    `Muster could not start. Something else listens on 127.0.0.1:${port} already. Stop it, or set MUSTER_PORT to another port.\n`,
  )
})

test('[OP1] a second server on the same store is refused with a sentence', async () => {
  const first = start(await freePort())
  await until('the first server', () => first.said.out.includes('/#/link/'))
  const second = start(await freePort())
  expect(await second.ended).toBe(1)
  expect(second.said.error).toMatch(
    /^Muster could not start\. Another Muster serves from .*\. Stop it first, or give this one a file of its own\.\n$/,
  )
})
