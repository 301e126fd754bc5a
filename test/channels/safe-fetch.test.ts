import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isListed, isPublicAddress } from '@muster/server/channels/address-guard.ts'
import { SafeFetch } from '@muster/server/channels/safe-fetch.ts'
import { afterEach, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { startHookReceiver } from '../support/hook-receiver.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function receiver() {
  const started = await startHookReceiver()
  ends.push(() => started.stop())
  return started
}

function post(
  url: string,
  internalHosts: readonly string[] = ['127.0.0.1', 'localhost'],
  limitMs = 5_000,
  signal = AbortSignal.timeout(10_000),
) {
  const out = new SafeFetch(internalHosts, true)
  ends.push(() => out.close())
  return out.post({ url, headers: { 'content-type': 'application/json' }, body: '{}', limitMs, signal })
}

test.each([
  '127.0.0.1',
  'localhost',
  '0x7f.1',
  '2130706433',
  '0177.0.0.1',
  '[::ffff:127.0.0.1]',
  '[::1]',
  '0.0.0.0',
  '[::]',
])('[CH9] %s is this machine, and is not called unless it is listed', async host => {
  const { port, posts } = await receiver()
  expect(await post(`http://${host}:${port}/`, [])).toMatchObject({ type: 'forbidden' })
  expect(await post(`http://${host}:${port}/`, ['example.com', `127.0.0.1:${port + 1}`, '10.0.0.1'])).toMatchObject({
    type: 'forbidden',
  })
  expect(posts).toEqual([])
})

test.each([
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.169.254',
  '198.18.0.1',
  '192.0.2.1',
  '224.0.0.1',
  '255.255.255.255',
  'fe80::1',
  'fe80::1%eth0',
  'fc00::1',
  'fd12::1',
  'ff02::1',
  '::ffff:10.0.0.1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001::1',
  '2001:db8::1',
  '::',
  'localhost',
  '',
])('[CH9] %s is no public address', address => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each(['1.1.1.1', '172.32.0.1', '192.167.1.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
  '[CH9] %s is a public address',
  address => {
    expect(isPublicAddress(address)).toBe(true)
  },
)

test('[CH9] a host is listed by name or address, for every port or for one', () => {
  expect(isListed('Mail.Lan', 993, ['mail.lan'])).toBe(true)
  expect(isListed('mail.lan', 993, ['mail.lan:993'])).toBe(true)
  expect(isListed('mail.lan', 25, ['mail.lan:993'])).toBe(false)
  expect(isListed('[::1]', 80, ['[::1]:80'])).toBe(true)
  expect(isListed('::1', 80, ['::1'])).toBe(true)
  expect(isListed('evil-mail.lan', 993, ['mail.lan'])).toBe(false)
})

test('[CH9] a listed host is called, by name as by address', async () => {
  const { port, posts } = await receiver()
  expect(await post(`http://127.0.0.1:${port}/`, [`127.0.0.1:${port}`])).toMatchObject({
    type: 'answered',
    status: 204,
  })
  expect(await post(`http://localhost:${port}/`, ['localhost'])).toMatchObject({ type: 'answered', status: 204 })
  expect(posts).toHaveLength(2)
})

test('[CH9] a redirect is an answer, and is not followed', async () => {
  const target = await receiver()
  const first = await receiver()
  first.answer = response => response.writeHead(307, { location: target.url }).end()
  expect(await post(first.url)).toMatchObject({ type: 'answered', status: 307 })
  expect(target.posts).toEqual([])
})

test('[CH9] an answer without an end is cut', async () => {
  const endless = await receiver()
  const cut = new Promise(resolve => {
    endless.answer = response => {
      response.on('close', resolve)
      response.writeHead(200)
      const more = () => response.writable && response.write('x'.repeat(65_536), more)
      more()
    }
  })
  expect(await post(endless.url)).toMatchObject({ type: 'answered', status: 200 })
  await cut
})

test('[DL3] what was written and not answered is lost, what could not be written is unsent', async () => {
  const silent = await receiver()
  silent.answer = () => {}
  expect(await post(silent.url, undefined, 200)).toMatchObject({ type: 'lost' })
  const stop = new AbortController()
  silent.answer = () => stop.abort()
  expect(await post(silent.url, undefined, 5_000, stop.signal)).toMatchObject({ type: 'lost' })
  expect(await post(`http://127.0.0.1:${await freePort()}/`)).toMatchObject({ type: 'unsent' })
  expect(await post('http://no-such-host.invalid/')).toMatchObject({ type: 'unsent' })
  expect(await post(silent.url.replace('http', 'https'))).toMatchObject({ type: 'unsent' })
  expect(await post(silent.url, undefined, 5_000, AbortSignal.abort())).toMatchObject({ type: 'unsent' })
})

test.each([true, false])(
  '[DL3] of many posts at once, none that was taken counts as unsent (connections kept: %s)',
  async kept => {
    const moody = await receiver()
    const { url, posts } = moody
    const out = new SafeFetch(['127.0.0.1'], kept)
    ends.push(() => out.close())
    moody.answer = response => (posts.length <= 8 ? response.writeHead(204).end() : response.socket?.destroy())
    const signal = AbortSignal.timeout(10_000)
    const sent = Array.from({ length: 30 }, () => out.post({ url, headers: {}, body: '{}', limitMs: 5_000, signal }))
    const posted = (await Promise.all(sent)).map(({ type }) => type)
    expect(posted.filter(type => type === 'unsent')).toHaveLength(30 - posts.length)
    expect(posted.filter(type => type === 'answered')).toHaveLength(8)
  },
)

test.each([
  [true, 'that keeps its connections'],
  [false, 'that keeps none'],
])('[DL33] one (%s: %s) that is closed sees its post through, and then keeps nothing open', async keepAlive => {
  const hooks = await receiver()
  const asked = Promise.withResolvers<ServerResponse>()
  hooks.answer = response => asked.resolve(response)
  const out = new SafeFetch(['127.0.0.1'], keepAlive)
  const wanted = { url: hooks.url, headers: {}, body: '{}', limitMs: 5_000, signal: AbortSignal.timeout(10_000) }
  const posted = out.post(wanted)
  const response = await asked.promise
  const ended = once(response.socket as Socket, 'close')
  out.close()
  response.writeHead(204).end()
  expect(await posted).toMatchObject({ type: 'answered', status: 204 })
  await ended
})
