import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const text = /\.(?:js|css|html|svg|webmanifest)$/
/** What fits into one packet arrives no sooner for being smaller. */
const onePacket = 1_400

/** Lays a copy beside each text of the build in brotli and one in gzip, as small as they get: packed once, sent for ever. */
export function compress(): Plugin {
  let folder = ''
  return {
    name: 'muster:compress',
    apply: 'build',
    configResolved({ root, build }) {
      folder = join(root, build.outDir)
    },
    closeBundle() {
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (text.test(file)) pack(join(folder, file))
      }
    },
  }
}

function pack(path: string): void {
  const content = readFileSync(path)
  if (content.length < onePacket) return
  const { BROTLI_PARAM_MODE, BROTLI_MODE_TEXT, BROTLI_PARAM_SIZE_HINT } = constants
  const params = { [BROTLI_PARAM_MODE]: BROTLI_MODE_TEXT, [BROTLI_PARAM_SIZE_HINT]: content.length }
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params }))
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
}
