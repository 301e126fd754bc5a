/** What a script must know of the server that was set up for it; read from the file that `STAGE` names. */
export type Stage = {
  /** Where Muster listens, e.g. `http://127.0.0.1:4000`. */
  url: string
  incidentId: string
  channel: { id: string; secret: string }
  /** Tokens of people who may answer; one for each person at work at a time. */
  people: readonly string[]
  /** The token of somebody who may read everything. */
  reader: string
  /** Where the replies that customers saw are to be read. */
  shown: string
}

/** A reply as its customer saw it. */
export type Shown = { replyId: string; address: string; inReplyTo: string | null }
