import { join } from 'node:path'
import express, { Router } from 'express'
import { sendSentence } from './respond.ts'

/** The built screens. Files with a hash in their name never change; the page that names them is asked for each time. */
export function webFiles(folder: string): Router {
  const router = Router()
  router.use(
    '/assets',
    express.static(join(folder, 'assets'), { index: false, immutable: true, maxAge: '1y', fallthrough: true }),
  )
  router.use(
    express.static(folder, {
      index: false,
      maxAge: '1h',
      setHeaders: (response, path) => {
        if (path.endsWith('.html')) response.set('cache-control', 'no-cache')
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
