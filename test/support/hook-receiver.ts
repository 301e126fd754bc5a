import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type HookPost = { headers: IncomingHttpHeaders; body: string }
export type Answering = (response: ServerResponse, post: HookPost) => void

/** Something that replies are posted to. `answer` may be changed while it runs; it takes everything with 204 at first. */
export async function startHookReceiver() {
  const posts: HookPost[] = []
  const receiver = { answer: ((response: ServerResponse) => void response.writeHead(204).end()) as Answering }
  const server = createServer((request, response) => {
    void text(request).then(body => {
      const post = { headers: request.headers, body }
      posts.push(post)
      receiver.answer(response, post)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(receiver, {
    posts,
    port,
    url: `http://127.0.0.1:${port}/replies`,
    async stop(): Promise<void> {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
