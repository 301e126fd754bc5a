import type { Request, RequestHandler } from 'express'
import type { HttpSurroundings } from './surroundings.ts'

/** A line and a count for each request: by the pattern of its route, because an address may hold somebody's data. */
export function requestLog({ log, measures }: Pick<HttpSurroundings, 'log' | 'measures'>): RequestHandler {
  return (request, response, next) => {
    const from = performance.now()
    response.once('finish', () => {
      const { statusCode: status } = response
      const route = routeOf(request)
      measures.request(route, status)
      const ms = Math.round(performance.now() - from)
      const by: unknown = response.locals.by
      log[levelOf(status)]({ method: methodOf(request), route, status, ms, by }, 'request')
    })
    next()
  }
}

function levelOf(status: number): 'debug' | 'info' | 'error' {
  if (status >= 500) return 'error'
  return status >= 400 ? 'info' : 'debug'
}

function routeOf({ route }: Request): string {
  const path: unknown = route?.path
  if (path === '/{*any}') return 'web'
  return typeof path === 'string' ? path : 'none'
}

const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

function methodOf({ method }: Request): string {
  return methods.includes(method) ? method : 'other'
}
