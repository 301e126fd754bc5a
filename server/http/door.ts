import express, { type Application } from 'express'
import { accessRoutes } from './access-routes.ts'
import { alertRoute } from './alert-route.ts'
import { companyRoutes } from './company-routes.ts'
import { errorsOf, nothingHere } from './errors.ts'
import { guardOf, ownOriginOnly } from './guard.ts'
import { headersOf, neverStored } from './headers.ts'
import { hookRoute } from './hook-route.ts'
import { incidentRoutes } from './incident-routes.ts'
import { joinRoutes } from './join-routes.ts'
import { operationRoutes } from './operation-routes.ts'
import { requestLog } from './request-log.ts'
import { seriesRoutes } from './series-routes.ts'
import type { HttpSurroundings } from './surroundings.ts'
import { trialRoutes } from './trial-routes.ts'
import { webFiles } from './web-files.ts'

/** Everything Muster answers over HTTP. The order is the rule: hooks before the check of origins, which they are free of. */
export function httpDoor(surroundings: HttpSurroundings): Application {
  const { config, webFolder } = surroundings
  const guard = guardOf(surroundings)
  const door = express()
  door.disable('x-powered-by')
  door.disable('etag')
  // Who called is asked of a proxy on this machine; with https there is one, and it may stand beside it.
  const proxies = config.origin.startsWith('https:') ? ['loopback', 'linklocal', 'uniquelocal'] : ['loopback']
  door.set('trust proxy', proxies)
  door.use(requestLog(surroundings))
  door.use(headersOf(config))
  door.use(['/api', '/hooks', '/alerts', '/metrics', '/readyz', '/healthz'], neverStored)
  door.use(hookRoute(surroundings))
  door.use(alertRoute(surroundings))
  door.use(ownOriginOnly(config))
  door.use(express.json({ limit: 65_536, strict: true, inflate: false }))
  door.use(operationRoutes(surroundings))
  door.use(accessRoutes(surroundings, guard))
  door.use(joinRoutes(surroundings, guard))
  door.use(incidentRoutes(surroundings, guard))
  door.use(seriesRoutes(surroundings, guard))
  door.use(companyRoutes(surroundings, guard))
  door.use(trialRoutes(surroundings, guard))
  door.use(webFiles(webFolder))
  door.use(nothingHere)
  door.use(errorsOf(surroundings))
  return door
}
