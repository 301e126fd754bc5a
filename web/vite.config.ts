import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { compress } from './build/compress.ts'
import { shellList } from './build/shell-list.ts'

const server = 'http://127.0.0.1:4000'

export default defineConfig({
  plugins: [svelte(), shellList(), compress()],
  build: {
    target: 'es2022',
    cssTarget: ['chrome125', 'firefox128', 'safari18'],
    assetsInlineLimit: 0,
    // One sheet, at first: a part whose own sheet was lost on the way would come unstyled, and never ask for it again.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', 'service-worker': 'service-worker.ts' },
      // A service worker speaks for the folder it lies in, under a name that stays.
      output: {
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
        // What the first screen needs comes in one piece: a piece for each part costs more in headers than it saves.
        codeSplitting: {
          groups: [{ name: 'first', tags: ['$initial'], test: path => !path.includes('service-worker') }],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    proxy: { '/api': server, '/healthz': server, '/socket.io': { target: server, ws: true } },
  },
})
