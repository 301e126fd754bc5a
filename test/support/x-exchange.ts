import { createHmac } from 'node:crypto'
import type { ServerResponse } from 'node:http'

/** What is asked of X and what it answers. */
export type Request = {
  method: string
  path: string
  query: URLSearchParams
  body: Record<string, unknown>
  as: 'account' | 'app'
}
export type Answer = { status: number; body: unknown; headers?: Record<string, string> }

export type Subscription = {
  subscription_id: string
  event_type: string
  filter: { user_id: string }
  tag?: string
  webhook_id?: string
}
export type Rule = { id: string; value: string; tag?: string }
export type Webhook = { id: string; url: string; valid: boolean; created_at: string }

export const secrets = {
  token: 'access-token-0',
  refreshToken: 'refresh-token-0',
  clientId: 'client-of-acme',
  clientSecret: 'client-secret-of-acme',
  consumerSecret: 'consumer-secret-of-acme',
  bearer: 'bearer-of-the-app',
}

/** As X signs its calls. */
export function signed(what: string, secret = secrets.consumerSecret): string {
  return `sha256=${createHmac('sha256', secret).update(what).digest('base64')}`
}

export function found(body: object): Answer {
  return { status: 200, body }
}

export function problem(status: number, detail: string): Answer {
  return { status, body: { title: 'Problem', detail, type: 'about:blank', status } }
}

export function limited(headers: Record<string, string>): Answer {
  return { ...problem(429, 'Too Many Requests'), headers }
}

export function write(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
