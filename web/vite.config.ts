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
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', 'service-worker': 'service-worker.ts' },
      output: {
        // What the first screen needs comes in one file: many small ones cost more than what is in them.
        codeSplitting: { groups: [{ name: 'first', tags: ['$initial'], test: /^(?!.*service-worker\.ts$)/ }] },
        // A service worker speaks for the folder it lies in, under a name that stays.
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
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
