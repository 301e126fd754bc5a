/**
 * Keeps the screens on this machine, so that they open without the server too. Nothing else passes through here: what people
 * read and write is between the page and the server.
 */
export {}

declare const self: ServiceWorkerGlobalScope
/** Written in by the build: the page and every file it may ever load. */
declare const __SHELL__: { version: string; files: readonly { path: string; integrity: string }[] }

const { version, files } = __SHELL__
const page = '/'
const prefix = 'muster-shell-'
const name = prefix + version
const patienceMs = 3_000
const assets: ReadonlySet<string> = new Set(files.map(({ path }) => path).filter(path => path !== page))

/** All of it or nothing; then it waits until no page of the version before is open, which may still need that one's files. */
self.addEventListener('install', event => {
  const requests = files.map(({ path, integrity }) => new Request(path, { integrity }))
  event.waitUntil(caches.open(name).then(cache => cache.addAll(requests)))
})

self.addEventListener('activate', event => {
  event.waitUntil(dropOthers().then(() => self.clients.claim()))
})

self.addEventListener('fetch', event => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  if (request.mode === 'navigate' && pathname === page) event.respondWith(openPage(request))
  else if (assets.has(pathname)) event.respondWith(open(request, pathname))
})

async function dropOthers(): Promise<void> {
  const others = (await caches.keys()).filter(other => other.startsWith(prefix) && other !== name)
  await Promise.all(others.map(other => caches.delete(other)))
}

/** The server's page is the newest; the kept one opens where the server does not answer, or its proxy answers for it. */
async function openPage(request: Request): Promise<Response> {
  const kept = await keptFile(page)
  const asked = fetch(request)
  if (kept === undefined) return asked
  const late = new Promise<Response>(resolve => setTimeout(() => resolve(kept), patienceMs))
  const answered = asked.then(
    response => (response.status >= 500 ? kept : response),
    () => kept,
  )
  return Promise.race([answered, late])
}

async function open(request: Request, path: string): Promise<Response> {
  return (await keptFile(path)) ?? fetch(request)
}

async function keptFile(path: string): Promise<Response | undefined> {
  const cache = await caches.open(name)
  return cache.match(path, { ignoreVary: true })
}
