import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Config, keyOf } from './config.ts'
import type { MasterKeys } from './desk/safe.ts'
import { Complaint } from './listen.ts'

/**
 * The keys that the settings name, or the one of the key file in the data folder, which the first start makes. `inUse`:
 * secrets are sealed already, so that a missing key is not made up for by a new one.
 */
export async function masterKeys(config: Config, inUse: boolean): Promise<MasterKeys> {
  const { secretKey, formerKeys, data } = config
  const current = secretKey ?? (await fileKey(join(data, 'secret.key'), data, inUse))
  return { current, former: formerKeys }
}

async function fileKey(file: string, folder: string, inUse: boolean): Promise<Buffer> {
  const kept = await readKey(file)
  if (kept !== null) return kept
  if (inUse) {
    throw new Complaint(
      `The secrets in its store are sealed, and their key is missing: ${file} is not there. Put it back, or set MUSTER_SECRET_KEY to the key; where it is lost, "muster secrets forget" takes the sealed secrets away, to be entered again.`,
    )
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeOnce(file, `${randomBytes(32).toString('base64')}\n`)
  return (await readKey(file)) ?? Promise.reject(new Complaint(`The key file ${file} could not be written.`))
}

async function readKey(file: string): Promise<Buffer | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new Complaint(`The key file ${file} cannot be read (${error.code}). Give it to the user Muster runs as.`)
  })
  if (text === null) return null
  const key = keyOf(text)
  if (key.length !== 32) throw new Complaint(`What stands in the key file ${file} is no key. Put the right file back.`)
  return key
}

/** Whole or not at all, and by one process alone: the others find it there. */
async function writeOnce(file: string, text: string): Promise<void> {
  const unfinished = `${file}.${process.pid}`
  const handle = await open(unfinished, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(unfinished, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(unfinished, { force: true })
  }
}
