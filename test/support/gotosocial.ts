import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { freePort } from './free-port.ts'
import type { GoToSocial } from './gotosocial-build.ts'
import { until } from './until.ts'

const password = 'correct-horse-battery-staple-9'
const App = z.object({ client_id: z.string(), client_secret: z.string() })
const Token = z.object({ access_token: z.string() })
const outOfBand = 'urn:ietf:wg:oauth:2.0:oob'
const scope = 'read write'

/** What an account does on its server, as an app of it would. */
export type Member = {
  token: string
  call(method: string, path: string, body?: object): Promise<unknown>
}

/** A GoToSocial of its own on a loopback port, empty. It reaches no other server. */
export async function startGoToSocial({ program, web }: GoToSocial) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-gotosocial-'))
  const host = `localhost:${await freePort()}`
  const url = `http://${host}`
  const env = { ...process.env, ...settingsOf(folder, host, web) }
  let server = await run(program, env, url)
  return {
    url,
    async join(name: string): Promise<Member> {
      const account = ['--username', name, '--email', `${name}@example.org`, '--password', password]
      await ended(spawn(program, ['admin', 'account', 'create', ...account], { env, stdio: 'ignore' }))
      return memberOf(url, await tokenFor(url, `${name}@example.org`))
    },
    /** Ends it without a warning. */
    async kill(): Promise<void> {
      server.kill('SIGKILL')
      await ended(server)
    },
    /** Starts it again over what it left on disk. */
    async restart(): Promise<void> {
      server = await run(program, env, url)
    },
    async stop(): Promise<void> {
      server.kill('SIGKILL')
      await ended(server)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const server of running) server.kill('SIGKILL')
})

async function run(program: string, env: NodeJS.ProcessEnv, url: string): Promise<ChildProcess> {
  const server = spawn(program, ['server', 'start'], { env, stdio: 'ignore' })
  running.add(server)
  server.once('exit', () => running.delete(server))
  const answers = () =>
    fetch(`${url}/api/v2/instance`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until('GoToSocial', answers, 60_000)
  return server
}

function settingsOf(folder: string, host: string, web: string): Record<string, string> {
  const [, port = ''] = host.split(':')
  return {
    GTS_HOST: host,
    GTS_PROTOCOL: 'http',
    GTS_BIND_ADDRESS: '127.0.0.1',
    GTS_PORT: port,
    GTS_DB_TYPE: 'sqlite',
    GTS_DB_ADDRESS: join(folder, 'sqlite.db'),
    GTS_STORAGE_LOCAL_BASE_PATH: join(folder, 'storage'),
    GTS_WEB_TEMPLATE_BASE_DIR: `${join(web, 'template')}/`,
    GTS_WEB_ASSET_BASE_DIR: `${join(web, 'assets')}/`,
    GTS_INSTANCE_FEDERATION_MODE: 'allowlist',
    GTS_LETSENCRYPT_ENABLED: 'false',
    // Its image and video parts are translated once, not at every start.
    GTS_WAZERO_COMPILATION_CACHE: join(web, '../wazero'),
    GTS_ADVANCED_RATE_LIMIT_REQUESTS: '0',
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** As a person who lets an app in: signs in, allows it, and hands it the code that stands there then. */
async function tokenFor(url: string, username: string): Promise<string> {
  const app = App.parse(
    await post(url, '/api/v1/apps', { client_name: 'Muster', redirect_uris: outOfBand, scopes: scope }),
  )
  const browser = new Browser(url)
  const asked = new URLSearchParams({ response_type: 'code', client_id: app.client_id, redirect_uri: outOfBand, scope })
  await browser.go(`/oauth/authorize?${asked.toString()}`)
  await browser.go('/auth/sign_in', { username, password })
  await browser.go('/oauth/authorize')
  const place = await browser.go('/oauth/authorize', {})
  const code = new URL(place ?? '', url).searchParams.get('code') ?? ''
  const grant = { grant_type: 'authorization_code', code, redirect_uri: outOfBand, scope }
  return Token.parse(await post(url, '/oauth/token', { ...grant, ...app })).access_token
}

async function post(url: string, path: string, form: Record<string, string>): Promise<unknown> {
  return (await fetch(new URL(path, url), { method: 'POST', body: new URLSearchParams(form) })).json()
}

/** Keeps cookies, and says where it is sent on to. */
class Browser {
  readonly #url: string
  readonly #cookies = new Map<string, string>()

  constructor(url: string) {
    this.#url = url
  }

  async go(path: string, form?: Record<string, string>): Promise<string | null> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const sent = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }
    const answer = await fetch(new URL(path, this.#url), { ...sent, redirect: 'manual', headers: { cookie } })
    for (const given of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(given) ?? []
      this.#cookies.set(name, value)
    }
    return answer.headers.get('location')
  }
}

function memberOf(url: string, token: string): Member {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return {
    token,
    async call(method, path, body) {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      const answer = await fetch(new URL(path, url), { method, headers, ...sent })
      if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`)
      return await answer.json()
    },
  }
}
