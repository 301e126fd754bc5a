import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { compress } from './build/compress.ts'

const server = 'http://127.0.0.1:4000'

export default defineConfig({
  plugins: [svelte(), compress()],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    proxy: { '/api': server, '/healthz': server, '/socket.io': { target: server, ws: true } },
  },
})
