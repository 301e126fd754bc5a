import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** Gives access tokens for refresh tokens (OAuth 2), each refresh token good once, and says of a token whose it is. */
export async function startTokenServer(user: string) {
  const clientSecret = 'client-secret-2d7e'
  const server = {
    clientSecret,
    refreshToken: 'refresh-0',
    good: new Set<string>(),
    /** Every form that was posted. */
    asked: [] as Record<string, string>[],
    lifeSeconds: 3_600,
    /** Answers instead of a token where it is set. */
    trouble: null as { status: number; body: string } | null,
    /** Withdraws every access token that was given. */
    withdraw: () => {
      server.good.clear()
    },
  }
  const give = () => {
    const token = `access-${server.asked.length}-${'x'.repeat(20)}`
    server.good.add(token)
    server.refreshToken = `refresh-${server.asked.length}`
    return {
      access_token: token,
      token_type: 'Bearer',
      expires_in: server.lifeSeconds,
      refresh_token: server.refreshToken,
    }
  }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/introspect')) {
      const active = server.good.has((request.headers.authorization ?? '').replace(/^Bearer /, ''))
      return reply(response, 200, JSON.stringify(active ? { active, user } : { active }))
    }
    const form = Object.fromEntries(new URLSearchParams(await text(request)))
    server.asked.push(form)
    if (server.trouble !== null) return reply(response, server.trouble.status, server.trouble.body)
    const known = form.refresh_token === server.refreshToken && form.client_secret === clientSecret
    return known
      ? reply(response, 200, JSON.stringify(give()))
      : reply(response, 400, JSON.stringify({ error: 'invalid_grant', error_description: 'Token has been revoked.' }))
  }
  const http = createServer((request, response) => void answer(request, response))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return Object.assign(server, {
    tokenUrl: `${origin}/token`,
    introspectionUrl: `${origin}/introspect`,
    async stop(): Promise<void> {
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  })
}

function reply(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)
}
