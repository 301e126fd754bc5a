import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { Origins } from './surroundings.ts'

/** What browsers are told about every answer: our own scripts and our own sockets, nothing else, in nobody's frame. */
export function headersOf({ origin, origins }: Origins): RequestHandler {
  const secure = origin.startsWith('https:')
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'"],
        'font-src': ["'self'"],
        'manifest-src': ["'self'"],
        // 'self' does not cover sockets in every browser; a policy cannot name an IPv6 address.
        'connect-src': ["'self'", ...origins.filter(own => !own.includes('[')).map(own => own.replace(/^http/, 'ws'))],
        'form-action': ["'self'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
        'require-trusted-types-for': ["'script'"],
        // Svelte puts its own templates into the page under the first name; the second lets one service worker be registered.
        'trusted-types': ['svelte-trusted-html', 'muster-service-worker'],
      },
    },
    strictTransportSecurity: secure && { maxAge: 31_536_000, includeSubDomains: false },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  })
}

/** What people read is kept by no browser and no proxy. */
export const neverStored: RequestHandler = (_, response, next) => {
  response.set('cache-control', 'no-store')
  next()
}
