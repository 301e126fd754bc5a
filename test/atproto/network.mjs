import { createServer } from 'node:http'
import { TestNetwork } from '@atproto/dev-env'

/**
 * The network's own software on this machine: accounts' server, directory, and the view of the network over PostgreSQL and
 * Redis. Prints where it is as a line of JSON, and ends when it is told to. What keeps direct messages is not published:
 * calls for it go on to MUSTER_CHAT.
 */
const dbPostgresUrl = process.env.DB_POSTGRES_URL
const network = await TestNetwork.create({
  dbPostgresUrl,
  dbPostgresSchema: 'muster',
  pds: { rateLimitsEnabled: true },
})

const { did } = network.pds.ctx.idResolver
const resolve = did.resolve.bind(did)
did.resolve = async (asked, ...rest) => {
  if (asked !== 'did:web:api.bsky.chat') return await resolve(asked, ...rest)
  const service = [{ id: '#bsky_chat', type: 'BskyChatService', serviceEndpoint: process.env.MUSTER_CHAT }]
  return { '@context': ['https://www.w3.org/ns/did/v1'], id: asked, service }
}

/** Everything that was written is in the view of the network once this answers. */
const settling = createServer((_, response) => {
  network
    .processAll()
    .then(() => response.end('settled'))
    .catch(error => response.writeHead(500).end(String(error)))
})
settling.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: network.pds.url, settle: `http://127.0.0.1:${settling.address().port}/` }))
})

process.once('SIGTERM', () => {
  settling.close()
  void network.close().finally(() => process.exit(0))
  setTimeout(() => process.exit(0), 5_000).unref()
})
