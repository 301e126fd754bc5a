import { resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import type { World } from './world.ts'

const root = resolve(import.meta.dirname, '../browser/gallery')

export type Gallery = ReadonlyMap<string, string>

/** The parts on a page of their own, built as the screens are. */
export async function buildGallery(): Promise<Gallery> {
  const built = await build({
    root,
    base: '/gallery/',
    configFile: false,
    logLevel: 'error',
    plugins: [svelte({ configFile: false })],
    build: { write: false, target: 'es2022', cssTarget: 'esnext', modulePreload: { polyfill: false } },
  })
  if (!('output' in built)) throw new Error('the gallery was not built once')
  return new Map(
    built.output.map(file => [file.fileName, file.type === 'chunk' ? file.code : Buffer.from(file.source).toString()]),
  )
}

const kinds: Record<string, string> = { js: 'text/javascript', css: 'text/css', html: 'text/html' }

/** Shows the gallery under the very headers the server gives its own screens. */
export async function showGallery(page: Page, world: World, gallery: Gallery): Promise<void> {
  const { headers } = await fetch(`${world.origin}/`)
  const policy = headers.get('content-security-policy') ?? ''
  await page.route(`${world.origin}/gallery/**`, route => {
    const name = new URL(route.request().url()).pathname.slice('/gallery/'.length) || 'index.html'
    const body = gallery.get(name)
    const contentType = kinds[name.split('.').at(-1) ?? ''] ?? 'text/plain'
    return route.fulfill(
      body === undefined ? { status: 404 } : { body, contentType, headers: { 'content-security-policy': policy } },
    )
  })
  await page.goto(`${world.origin}/gallery/`)
  await page.getByRole('combobox', { name: 'Person' }).waitFor()
}
