import { secretRecords } from '../desk/sealing.ts'
import { muster } from '../domain/decision.ts'
import { company } from '../domain/indexes.ts'
import { done, withDesk } from './open.ts'
import { exactly, Misuse, understand } from './usage.ts'

/** `muster secrets forget` */
export async function secrets([verb = '', ...words]: string[]): Promise<void> {
  if (verb !== 'forget') throw new Misuse('After "secrets" comes forget.')
  exactly(understand(words, {}).positionals)
  await withDesk(async desk => {
    const records = await secretRecords(desk.store)
    done(await desk.handle(company.room, { id: crypto.randomUUID(), type: 'secrets/forget', records }, muster))
    console.log(
      'Every sealed secret is gone. Start Muster, and enter those of its channels again on the settings screen.',
    )
  })
}
