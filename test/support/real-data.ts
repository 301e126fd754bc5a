import { join, resolve } from 'node:path'

const folder = process.env.MUSTER_REAL_DATA ?? resolve(import.meta.dirname, '../../../shared/data')

/** Where data that nobody here wrote lies, beside this project; MUSTER_REAL_DATA says where else. A test that misses it says so. */
export function realData(...place: string[]): string {
  return join(folder, ...place)
}
