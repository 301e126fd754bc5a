import { resolve } from 'node:path'
import { withDesk } from './open.ts'
import { exactly, understand } from './usage.ts'

/** `muster backup FILE` */
export async function backup(words: string[]): Promise<void> {
  const [file] = exactly(understand(words, {}).positionals, 'FILE')
  const path = resolve(file)
  await withDesk(async desk => {
    await desk.store.backup(path)
    console.log(`The whole store is in ${path}.`)
  })
}
