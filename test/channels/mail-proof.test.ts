import { readMail } from '@muster/server/channels/mail-parse.ts'
import { expect, test } from 'vitest'
import { rawMail } from './workbench.ts'

const reading = { ownAddress: 'support@muster.test', trustedServer: 'mx.muster.test', now: Date.now() }
const passed = 'mx.muster.test; spf=pass smtp.mailfrom=example.test; dmarc=pass (p=none) header.from=example.test'
const forged = 'Authentication-Results: mx.muster.test; dmarc=pass header.from=example.test\r\n'

/** `above` stands above what the sender wrote, as a server's lines do. */
async function identityOf(above: string[], headers = {}, trustedServer: string | null = reading.trustedServer) {
  const lines = above.map(value => `Authentication-Results: ${value}\r\n`).join('')
  const { from } = await readMail(Buffer.from(lines + rawMail(headers)), { ...reading, trustedServer })
  return from.identity
}

test('[CH14] a sender is proved by what the trusted server found, however it is written', async () => {
  for (const line of [
    passed,
    'MX.Muster.test 1;\r\n\tdmarc=pass\r\n\theader.from=Example.TEST',
    'mx.muster.test (a server); dmarc = pass (policy=none; "x" (nested)) header.from = example.test; spf=fail',
  ]) {
    expect(await identityOf([line]), line).toBe('mailto:customer@example.test')
  }
})

test.each([
  ['nothing', []],
  ['another server', [passed.replace('mx.', 'mx2.')]],
  ['a name that only begins like it', [passed.replace('mx.muster.test', 'mx.muster.test.evil.example')]],
  ['a check that failed', [passed.replace('dmarc=pass', 'dmarc=fail')]],
  ['no check', ['mx.muster.test; spf=pass smtp.mailfrom=example.test']],
  ['no result', ['mx.muster.test; none']],
  ['another domain', [passed.replace('header.from=example.test', 'header.from=evil.example')]],
  ['two domains', [`${passed} header.from=evil.example`]],
  ['a comment', ['mx.muster.test; spf=pass (dmarc=pass header.from=example.test)']],
  ['quoted words', ['mx.muster.test; spf=pass smtp.mailfrom="; dmarc=pass header.from=example.test"']],
  ['a comment that never ends', [`${passed} (`]],
  ['two results that differ', [`${passed}; dmarc=fail header.from=example.test`]],
  ['another method', ['mx.muster.test; x-dmarc=pass header.from=example.test']],
])('[CH14] %s proves nobody', async (_, above) => {
  expect(await identityOf(above)).toBeNull()
})

test('[CH14] a result that a mail brings along proves nobody, whatever the server wrote above it', async () => {
  for (const above of [
    passed.replace('dmarc=pass', 'dmarc=fail'),
    'mx.muster.test; dmarc=none header.from=example.test',
    'mx.muster.test; spf=pass',
  ]) {
    const raw = `Received: from evil by mx.muster.test\r\nAuthentication-Results: ${above}\r\n${forged}${rawMail()}`
    expect((await readMail(Buffer.from(raw), reading)).from.identity, above).toBeNull()
  }
  const contradicted = `Authentication-Results: ${passed}\r\nAuthentication-Results: mx.muster.test; dmarc=fail header.from=example.test\r\n`
  expect((await readMail(Buffer.from(contradicted + rawMail()), reading)).from.identity).toBeNull()
  expect(await identityOf([passed], {}, null)).toBeNull()
})

test('[CH14] the one server that leaves its name out is believed where it is the trusted one', async () => {
  const bare =
    'spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=example.test; dkim=pass header.d=example.test;dmarc=pass action=none header.from=example.test;compauth=pass reason=100'
  expect(await identityOf([bare], {}, 'protection.outlook.com')).toBe('mailto:customer@example.test')
  expect(await identityOf([bare])).toBeNull()
})

test('[CH14] only one sender of one header can be proved', async () => {
  expect(await identityOf([passed, passed], { From: 'a@example.test, b@example.test' })).toBeNull()
  const twice = `Authentication-Results: ${passed}\r\nFrom: evil@example.test\r\n${rawMail()}`
  expect((await readMail(Buffer.from(twice), reading)).from.identity).toBeNull()
  const sender = `Authentication-Results: ${passed}\r\n${rawMail({ From: 'nobody', Sender: 'customer@example.test' })}`
  expect((await readMail(Buffer.from(sender), reading)).from.identity).toBeNull()
})

test('[CH17] who asks for answers elsewhere is answered, and shown, there, and is not proved to be there', async () => {
  const at = async (reply: string) => {
    const raw = `Authentication-Results: ${passed}\r\n${rawMail({ 'Reply-To': reply })}`
    const { address, name, identity } = (await readMail(Buffer.from(raw), reading)).from
    return { address, name, identity }
  }
  const kim = { name: 'Kim', address: 'customer@example.test', identity: 'mailto:customer@example.test' }
  expect(await at('Kim at home <Kim@Home.test>')).toEqual({ ...kim, address: 'kim@home.test', identity: null })
  for (const other of [
    'customer@example.test',
    'a@b.test, c@d.test',
    'support@MUSTER.test',
    'nobody',
    '',
    'g: a@b.test, c@d.test;',
  ]) {
    expect(await at(other), other).toEqual(kim)
  }
})
