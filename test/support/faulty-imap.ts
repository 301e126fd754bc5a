import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** What a server does that is asked for a mail: gives it out, says no, leaves it out of its answer, or ends the connection. */
export type Giving = 'gives' | 'NO' | 'BAD' | 'leaves out' | 'ends'

/** Mails by their UIDs, each with what becomes of it when it is asked for; both may be changed at any time. */
export type Kept = Map<number, { raw: string; giving: Giving }>

/** An IMAP server that lists its mails and gives them out as it is told. `asked`: the UIDs of each request for mails. */
export async function startFaultyImap(mails: Kept) {
  const asked: number[][] = []
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    serve(socket, mails, asked)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async stop() {
      if (!server.listening) return
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

function serve(socket: Socket, mails: Kept, asked: number[][]): void {
  let idling = ''
  const say = (...lines: string[]) => socket.write(lines.map(line => `${line}\r\n`).join(''))
  say('* OK [CAPABILITY IMAP4rev1 IDLE] ready')
  createInterface({ input: socket }).on('line', line => {
    const [tag = '', ...words] = line.split(' ')
    const command = words.join(' ').toUpperCase()
    if (tag === 'DONE') say(`${idling} OK done`)
    else if (command === 'IDLE') {
      idling = tag
      say('+ idling')
    } else if (command.startsWith('UID FETCH')) fetch(socket, { tag, command, mails, asked })
    else say(...answers(command, mails), `${tag} OK done`)
  })
}

function answers(command: string, mails: Kept): string[] {
  if (command === 'CAPABILITY') return ['* CAPABILITY IMAP4rev1 IDLE']
  if (command.startsWith('LIST') || command.startsWith('LSUB')) return ['* LIST () "/" INBOX']
  if (command.startsWith('EXAMINE')) {
    const next = Math.max(0, ...mails.keys()) + 1
    return [`* ${mails.size} EXISTS`, '* FLAGS ()', '* OK [UIDVALIDITY 5] valid', `* OK [UIDNEXT ${next}] next`]
  }
  const set = /^UID SEARCH.* UID ([\d:,]+)/.exec(command)?.[1] ?? '1:*'
  return command.startsWith('UID SEARCH') ? [`* SEARCH ${uidsIn(set, mails).join(' ')}`] : []
}

type Asked = { tag: string; command: string; mails: Kept; asked: number[][] }

function fetch(socket: Socket, { tag, command, mails, asked }: Asked): void {
  const uids = uidsIn(command.split(' ')[2] ?? '', mails)
  const most = /BODY\S*<0\.(\d+)>/.exec(command)?.[1]
  if (most !== undefined) asked.push(uids)
  for (const uid of uids) {
    const { raw, giving } = mails.get(uid) ?? { raw: '', giving: 'leaves out' }
    const known = `UID ${uid} RFC822.SIZE ${raw.length} INTERNALDATE "${day()}"`
    if (most === undefined) socket.write(`* ${uid} FETCH (${known})\r\n`)
    else if (giving === 'ends') return void socket.end(`* ${uid} FETCH (UID ${uid})\r\n* BYE FETCH failed\r\n`)
    else if (giving === 'NO' || giving === 'BAD')
      return void socket.write(`${tag} ${giving} [SERVERBUG] Internal error\r\n`)
    else if (giving === 'gives') {
      const given = raw.slice(0, Number(most))
      socket.write(`* ${uid} FETCH (UID ${uid} BODY[]<0> {${given.length}}\r\n${given})\r\n`)
    }
  }
  socket.write(`${tag} OK done\r\n`)
}

function uidsIn(set: string, mails: Kept): number[] {
  const ranges = set.split(',').map(range => range.split(':'))
  const isIn = (uid: number) =>
    ranges.some(([first, last = first]) => uid >= Number(first) && (last === '*' || uid <= Number(last)))
  return [...mails.keys()].filter(isIn)
}

/** Today, as IMAP writes it. */
function day(): string {
  const [, date, month, year, time] = new Date().toUTCString().split(' ')
  return `${date}-${month}-${year} ${time} +0000`
}
