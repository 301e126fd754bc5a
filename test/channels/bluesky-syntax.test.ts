import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAtUriString, isValidDid, isValidHandle, isValidRecordKey, isValidTid } from '@atproto/syntax'
import { facetsOf, handlesIn } from '@muster/server/channels/bluesky-facets.ts'
import { expect, test } from 'vitest'
import { realData } from '../support/real-data.ts'

const folder = realData('api-payloads/atproto/interop-test-files/syntax')

function linesOf(name: string): string[] {
  const text = readFileSync(join(folder, `${name}.txt`), 'utf8')
  return text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
}

const checks: [string, (text: string) => boolean][] = [
  ['handle', isValidHandle],
  ['did', isValidDid],
  ['aturi', text => isAtUriString(text)],
  ['recordkey', isValidRecordKey],
  ['tid', isValidTid],
]

test.each(checks)(
  '[CH39] %s: what the network’s own files call right is right, what they call wrong is wrong',
  (name, isValid) => {
    expect(
      ['did:plc:z72i7hdynmk6r22z27h6tvur', 'kim.example', 'at://kim.example/a.b.c/x', '3jzfcijpj2z2a'].some(isValid),
    ).toBe(true)
    if (!existsSync(folder)) return console.warn(`LEFT OUT: there are no interop files under ${folder}`)
    expect(linesOf(`${name}_syntax_valid`).filter(line => !isValid(line))).toEqual([])
    expect(linesOf(`${name}_syntax_invalid`).filter(isValid)).toEqual([])
  },
)

test('[CH39] every right handle is found in a text, and no wrong one is marked', () => {
  if (!existsSync(folder)) return console.warn(`LEFT OUT: there are no interop files under ${folder}`)
  const handles = linesOf('handle_syntax_valid')
  expect(handles.filter(handle => handlesIn(`Hello @${handle} there`)[0] !== handle.toLowerCase())).toEqual([])
  const marked = linesOf('handle_syntax_invalid').flatMap(handle => handlesIn(`@${handle}`))
  expect(marked.filter(handle => !isValidHandle(handle))).toEqual([])
})

test('[CH32] marks are within the text, whatever it holds, and never split a character', () => {
  const texts = [
    '@a.bc',
    '👍@a.bc https://a.bc/👍',
    '(https://a.bc/x_(y)) @A.BC.',
    'https://',
    '@',
    'é@a.bc',
    '\ud800 https://a.bc',
    'http://[::1',
    'HTTPS://A.BC/?q=1;',
  ]
  for (const text of texts) {
    const bytes = Buffer.from(text)
    for (const { index } of facetsOf(text, new Map([['a.bc', 'did:plc:x']]))) {
      const marked = bytes.subarray(index.byteStart, index.byteEnd).toString()
      expect(index.byteEnd).toBeLessThanOrEqual(bytes.length)
      expect(text.toWellFormed()).toContain(marked)
    }
  }
})
