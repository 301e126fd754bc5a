import { createHash } from 'node:crypto'
import { Command } from '@muster/shared/command.ts'
import { Told } from '@muster/shared/entry.ts'
import { PresenceReport, protocolVersion, Watch } from '@muster/shared/protocol.ts'
import { expect, test } from 'vitest'
import { z } from 'zod'

/** Of each version, the hash of what goes over the wire. A version that was published is never changed. */
const versions: Record<number, string> = {
  1: 'e5424e4672016e89',
  2: '10b7c33813856838',
  3: 'c59221a4199592e4',
  4: 'e8a168889228e17d',
}

test('[RT10] the wire is what its version says: a change of a schema needs a new version and its hash here', () => {
  const schemas = { Command, Told, Watch, PresenceReport }
  const hash = createHash('sha256')
  for (const [name, schema] of Object.entries(schemas)) {
    hash.update(JSON.stringify([name, z.toJSONSchema(schema, { io: 'input' })]))
  }
  expect({ version: protocolVersion, hash: hash.digest('hex').slice(0, 16) }).toEqual({
    version: protocolVersion,
    hash: versions[protocolVersion],
  })
})
