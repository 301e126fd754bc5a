import { createHash } from 'node:crypto'
import type { Plugin, Rollup } from 'vite'

const worker = 'service-worker.js'
const page = 'index.html'
const slot = '__SHELL__'

/**
 * Writes into the service worker what it keeps: the page and every file the page may ever load, each with the hash of its
 * content. A node of another version could answer in between: a browser that checks the hash keeps no mixture.
 */
export function shellList(): Plugin {
  return {
    name: 'muster:shell-list',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const files = Object.values(bundle)
          .filter(({ fileName }) => fileName === page || fileName.startsWith('assets/'))
          .map(file => ({ path: file.fileName === page ? '/' : `/${file.fileName}`, integrity: integrityOf(file) }))
          .sort((one, other) => (one.path < other.path ? -1 : 1))
        const shell = JSON.stringify({ version: hashOf(JSON.stringify(files)).slice(0, 12), files })
        const chunk = bundle[worker]
        if (chunk?.type !== 'chunk' || chunk.code.split(slot).length !== 2 || files[0]?.path !== '/') {
          this.error('the service worker has no place for the list of the shell, or there is no page')
        }
        chunk.code = chunk.code.replace(slot, () => shell)
      },
    },
  }
}

function integrityOf(file: Rollup.OutputChunk | Rollup.OutputAsset): string {
  return `sha256-${hashOf(file.type === 'chunk' ? file.code : file.source)}`
}

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64')
}
