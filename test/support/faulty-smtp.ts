import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** What a mail server does to a letter: with an answer of this code at a step, or without any, once it `took` it. */
export type SmtpTrouble =
  | { at: 'sign-in' | 'sender' | 'recipient' | 'text'; code: number; words?: string }
  | { at: 'text'; does: 'drops'; took?: (letter: string) => Promise<void> }
  | { at: 'text'; does: 'stalls' }
  | null

/** A mail server that gives trouble. `letters` are the texts it saw whole, whatever it answered then. */
export async function startFaultySmtp(
  trouble: SmtpTrouble,
  { port = 0, ...options }: SMTPServerOptions & { port?: number } = {},
) {
  const letters: string[] = []
  const answer = (at: string) =>
    trouble !== null && 'code' in trouble && trouble.at === at ? refusal(trouble.code, trouble.words) : null
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth: (auth, _session, done) => done(answer('sign-in'), { user: auth.username }),
    onMailFrom: (_address, _session, done) => done(answer('sender')),
    onRcptTo: (_address, _session, done) => done(answer('recipient')),
    onData(stream, _session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const letter = Buffer.concat(chunks).toString()
        letters.push(letter)
        if (trouble === null || 'code' in trouble) done(answer('text'))
        else if (trouble.does === 'drops') void take(letter, trouble.took).then(() => drop(server))
      })
    },
    ...options,
  })
  server.on('error', () => {})
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    port: (server.server.address() as AddressInfo).port,
    letters,
    stop: () => new Promise<void>(resolve => server.close(resolve)),
  }
}

function refusal(code: number, words = `trouble ${code}`): Error {
  return Object.assign(new Error(words), { responseCode: code })
}

async function take(letter: string, took?: (letter: string) => Promise<void>): Promise<void> {
  await took?.(letter)
}

function drop(server: SMTPServer): void {
  for (const { _socket: socket } of server.connections) socket.destroy()
}
