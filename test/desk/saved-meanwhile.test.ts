import { sealed } from '@muster/server/desk/sealing.ts'
import { company } from '@muster/server/domain/indexes.ts'
import type { KeptSecrets, Plain } from '@muster/server/domain/secrets.ts'
import { versionOf } from '@muster/server/domain/version.ts'
import { expect, test } from 'vitest'
import { bert, cora, nextId } from '../support/builders.ts'
import { deskOn, safe } from '../support/desks.ts'
import { onEachStore } from '../support/on-each-store.ts'

type Over = string | null | undefined
type Kind = { record: string; kept: string; save: (name: string, over: Over, token?: string) => Plain; remove: object }

const own = { id: 'acme', enabled: true }
const webhook = { kind: 'webhook', replyUrl: null, longest: 500, deduplicates: false } as const
const page = { kind: 'webhook', url: 'https://acme.com/status' } as const
const source = { kind: 'grafana', act: 'propose', playbookId: null, severity: 'sev2' } as const
const secretsOf = (token?: string) => (token === undefined ? {} : { token })

const kinds: Record<string, Kind> = {
  channel: {
    record: company.channel('acme'),
    kept: company.secrets('acme'),
    save: (name, over, token) => {
      const channel = { ...own, name, incidentId: null, settings: webhook }
      return { id: nextId(), type: 'channel/save', channel, secrets: secretsOf(token), over }
    },
    remove: { type: 'channel/remove', channelId: 'acme' },
  },
  'alert source': {
    record: company.alertSource('acme'),
    kept: company.alertSecrets('acme'),
    save: (name, over, token) => {
      return {
        id: nextId(),
        type: 'alert-source/save',
        source: { ...own, ...source, name },
        secrets: secretsOf(token),
        over,
      }
    },
    remove: { type: 'alert-source/remove', sourceId: 'acme' },
  },
  'status page': {
    record: company.statusPage('acme'),
    kept: company.statusPageSecrets('acme'),
    save: (name, over, token) => {
      return {
        id: nextId(),
        type: 'status-page/save',
        page: { ...own, name, settings: page },
        secrets: secretsOf(token),
        over,
      }
    },
    remove: { type: 'status-page/remove', pageId: 'acme' },
  },
}

onEachStore(({ open }) => {
  for (const [what, { record, kept, save, remove }] of Object.entries(kinds)) {
    test(`[AC26] the ${what} that somebody else saved or removed meanwhile is not replaced unseen`, async () => {
      const store = await open()
      const desk = deskOn(store)
      const give = (command: Plain, by = cora) => desk.handle(company.room, sealed(safe, command), by)
      const read = async () => (await store.read(company.room, [record, kept])).records.map(each => each?.value ?? null)
      const version = async () => {
        const [saved, secrets] = await read()
        return versionOf(saved as { id: string; name: string }, secrets as KeptSecrets | null)
      }
      const refused = (why: string, values: object = {}) => ({
        type: 'refused',
        refusal: { code: 'conflict', why, values },
      })

      const added = await Promise.all([give(save('Hers', null)), give(save('His', null), bert)])
      expect(added.map(({ type }) => type).sort()).toEqual(['done', 'refused'])
      expect(added.find(({ type }) => type === 'refused')).toMatchObject(refused('id-taken', { id: 'acme' }))

      const seen = await version()
      const both = [give(save('Cora changed it', seen)), give(save('Bert changed it', seen), bert)]
      const changed = await Promise.all(both)
      expect(changed.filter(({ type }) => type === 'done')).toHaveLength(1)
      expect(changed.find(({ type }) => type === 'refused')).toMatchObject(refused('changed-since'))
      expect(await give(save('Changed', seen))).toMatchObject(refused('changed-since'))

      const done = await give(save('Changed', await version()))
      const bare = await version()
      expect(done).toMatchObject({ type: 'done', answer: { version: bare } })
      expect(await give(save('Changed', bare, 'a-token-of-acme'))).toMatchObject({ type: 'done' })
      expect(await give(save('Again', bare))).toMatchObject(refused('changed-since'))
      const renewed = await version()
      expect(await give(save('Changed', renewed, 'another-token-of-acme'))).toMatchObject({ type: 'done' })
      expect(await give(save('Changed', renewed, 'a-third-token'))).toMatchObject(refused('changed-since'))
      expect(await give(save('By a program', undefined))).toMatchObject({ type: 'done' })

      const last = await version()
      await desk.handle(company.room, { id: nextId(), ...remove } as never, bert)
      expect(await give(save('Mine', last))).toMatchObject(refused('removed-since'))
      expect(await read()).toEqual([null, null])
      expect(await give(save('Mine', null))).toMatchObject({ type: 'done' })
    })
  }
})
