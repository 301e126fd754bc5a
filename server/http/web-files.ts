import { access } from 'node:fs/promises'
import { extname, join } from 'node:path'
import express, { type Request, type RequestHandler, type Response, Router } from 'express'
import { sendSentence } from './respond.ts'

/** The built screens. Files with a hash in their name never change; everything else is asked for each time. */
export function webFiles(folder: string): Router {
  const router = Router()
  router.use(smallest(folder))
  const assets = join(folder, 'assets')
  router.use('/assets', express.static(assets, { index: false, immutable: true, maxAge: '1y', setHeaders: nameForm }))
  router.use(
    express.static(folder, {
      index: false,
      cacheControl: false,
      setHeaders(response, path) {
        response.set('cache-control', 'no-cache')
        nameForm(response, path)
      },
    }),
  )
  router.get('/{*any}', (request, response, next) => {
    if (request.path.startsWith('/api/') || request.path.startsWith('/assets/') || request.accepts('html') !== 'html')
      return next()
    response.set('cache-control', 'no-cache')
    response.sendFile(join(folder, 'index.html'), error => {
      if (error === undefined || error === null || response.headersSent) return
      sendSentence(response, 503, 'The screens are not built. Start Muster with its start script, which builds them.')
    })
  })
  return router
}

const encodings: Record<string, string> = { '.br': 'br', '.gz': 'gzip' }
const plainPath = /^(?:\/[\w-][\w.-]*)+$/

/** The build lays compressed copies beside a file; whoever can read one is sent that, as a form of the same file. */
function smallest(folder: string): RequestHandler {
  return async (request, response, next) => {
    const { path } = request
    if (plainPath.test(path)) {
      response.vary('accept-encoding')
      request.url = request.url.replace(path, path + (await endingFor(request, join(folder, path))))
    }
    next()
  }
}

async function endingFor(request: Request, file: string): Promise<string> {
  const read = request.acceptsEncodings()
  for (const [ending, encoding] of Object.entries(encodings)) {
    if (read.includes(encoding) && (await exists(file + ending))) return ending
  }
  return ''
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

/** A copy is of the kind of the file it is a copy of. */
function nameForm(response: Response, path: string): void {
  const ending = extname(path)
  const encoding = encodings[ending]
  if (encoding !== undefined) response.set('content-encoding', encoding).type(extname(path.slice(0, -ending.length)))
}
