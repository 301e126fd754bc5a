import { SessionCookie } from '@muster/server/auth/cookie.ts'
import { network } from '@muster/server/auth/limits.ts'
import { encodePassword, passwordFits } from '@muster/server/auth/password.ts'
import { hashOf, newSecret } from '@muster/server/auth/secret.ts'
import { expect, test } from 'vitest'

test('[AC2] a secret is 256 random bits, and its hash is SHA-256', () => {
  const secrets = Array.from({ length: 100 }, newSecret)
  expect(new Set(secrets).size).toBe(100)
  expect(secrets.every(secret => Buffer.from(secret, 'base64url').byteLength === 32)).toBe(true)
  expect(Buffer.from(hashOf('abc'), 'base64url').toString('hex')).toMatch(/^ba7816bf8f01cfea/)
})

test('[AC5] a password fits its own hash alone, in whichever form its characters were typed', async () => {
  const encoded = await encodePassword("Zoë's long password")
  expect(encoded).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/)
  expect(await passwordFits("Zoe\u0308's long password", encoded)).toBe(true)
  expect(await passwordFits("zoë's long password", encoded)).toBe(false)
  expect(await passwordFits('', null)).toBe(false)
  expect(await encodePassword("Zoë's long password")).not.toBe(encoded)
})

const addresses: [address: string, counted: string][] = [
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:0DB8:0:0:1:2:3:4', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
  ['', ''],
]

test.each(addresses)('[AC5] tries from "%s" count for %s', (address, counted) => {
  expect(network(address)).toBe(counted)
})

const secret = 'A'.repeat(43)
const headers: [header: string | undefined, read: string | null][] = [
  [undefined, null],
  ['', null],
  [`muster=${secret}`, secret],
  [`theme=dark; muster=${secret}; other=1`, secret],
  [`__Host-muster=${secret}`, null],
  ['muster=short', null],
  [`xmuster=${secret}`, null],
  [`muster="${secret}"`, null],
]

test.each(headers)('[AC3] of the cookies "%s" the session\'s is read', (header, read) => {
  expect(new SessionCookie({ secure: false }).read(header)).toBe(read)
})
