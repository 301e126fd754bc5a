import { mkdir, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Door } from './door.ts'

const script = `export const words = '${'many words '.repeat(500)}'`
const path = '/assets/main-abc123.js'

let door: Door

beforeAll(async () => {
  door = await Door.open()
  const web = join(door.folder, 'web')
  await mkdir(join(web, 'assets'), { recursive: true })
  await writeFile(join(web, path), script)
  await writeFile(join(web, `${path}.br`), brotliCompressSync(script))
  await writeFile(join(web, `${path}.gz`), gzipSync(script))
  await writeFile(join(web, 'service-worker.js'), 'self.skipWaiting')
  await writeFile(join(web, 'manifest.webmanifest'), '{}')
})
afterAll(() => door?.close())

/** The answer as it came over the wire; `fetch` would unpack it. */
async function raw(accepted: string, more: Record<string, string> = {}) {
  const headers = { 'accept-encoding': accepted, ...more }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  request(`${door.origin}${path}`, { headers }, resolve).on('error', reject).end()
  const answer = await promise
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) }
}

const forms: [accepted: string, encoding: string | undefined, unpack: (body: Buffer) => Buffer][] = [
  ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
  ['gzip, br;q=0', 'gzip', gunzipSync],
  ['identity', undefined, body => body],
]

test.each(forms)(
  '[WB11] who reads "%s" is sent the script as %s, known apart from its other forms',
  async (...form) => {
    const [accepted, encoding, unpack] = form
    const { status, headers, body } = await raw(accepted)
    expect([status, headers['content-encoding']]).toEqual([200, encoding])
    expect(headers['content-type']).toContain('javascript')
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(headers.vary?.toLowerCase()).toContain('accept-encoding')
    expect(unpack(body).toString()).toBe(script)

    const etags = await Promise.all(forms.map(async ([other]) => (await raw(other)).headers.etag))
    expect(new Set(etags).size).toBe(forms.length)
    expect((await raw(accepted, { 'if-none-match': String(headers.etag) })).status).toBe(304)
    const part = await raw(accepted, { range: 'bytes=10-19' })
    expect([part.status, part.headers['content-encoding']]).toEqual([206, encoding])
    expect(part.body).toEqual(body.subarray(10, 20))
  },
)

test('[WB10] the service worker and the manifest are asked for anew each time', async () => {
  for (const [file, kind] of [
    ['service-worker.js', 'javascript'],
    ['manifest.webmanifest', 'manifest+json'],
  ]) {
    const { status, headers } = await door.get(`/${file}`)
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-cache'])
    expect(headers.get('content-type')).toContain(kind)
  }
})
