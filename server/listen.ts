import { once } from 'node:events'
import type { Server } from 'node:http'

/** What an operator can mend: said as a sentence, without a stack. */
export class Complaint extends Error {
  override name = 'Complaint'
}

/** Resolves when it listens; throws a `Complaint` that says why it cannot. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const why: Record<string, string> = {
      EADDRINUSE: `Something else listens on ${host}:${port} already. Stop it, or set MUSTER_PORT to another port.`,
      EACCES: `This user may not listen on port ${port}. Set MUSTER_PORT to a port above 1023.`,
      EADDRNOTAVAIL: `This machine has no address ${host}. Set MUSTER_HOST to one it has, or to 127.0.0.1.`,
      ENOTFOUND: `There is no host ${host}. Set MUSTER_HOST to an address of this machine.`,
    }
    throw new Complaint(why[code ?? ''] ?? `It cannot listen on ${host}:${port}: ${String(error)}`, { cause: error })
  }
}
