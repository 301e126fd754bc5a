import { AddressNotAllowed } from '@muster/server/channels/address-guard.ts'
import { BlueskyTrouble } from '@muster/server/channels/bluesky-xrpc.ts'
import { failureOf, Obstacle, secretMissing, Unexpected } from '@muster/server/channels/failure.ts'
import { NoToken } from '@muster/server/channels/mail-advice.ts'
import { XTrouble } from '@muster/server/channels/x-client.ts'
import { NoAccess } from '@muster/server/channels/x-tokens.ts'
import { expect, test } from 'vitest'

const plain = (words: string) => words
const smtp = (responseCode: number, response: string) => Object.assign(new Error('No'), { responseCode, response })
const coded = (code: string) => Object.assign(new Error('No.'), { code })

test.each([
  [new Error('The connection was lost.'), { trouble: 'other', said: null }],
  [new XTrouble('X answered /2/users/me with something else than expected', null), { trouble: 'other', said: null }],
  [Object.assign(new Error('It failed'), { responseText: 'Too many.' }), { trouble: 'other', said: 'Too many' }],
  [new NoToken('It is over', { status: 401, said: 'invalid_grant' }), { trouble: 'sign-in', said: 'invalid_grant' }],
  [new NoToken('Not asked', { cause: coded('ECONNREFUSED') }), { trouble: 'unreached', said: 'ECONNREFUSED' }],
  [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), { trouble: 'unreached', said: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
  [coded('EConnectionClosed'), { trouble: 'unreached', said: 'EConnectionClosed' }],
  [coded('ESOCKET'), { trouble: 'unreached', said: 'ESOCKET' }],
  [Object.assign(coded('ESOCKET'), { originalCode: 'ECONNREFUSED' }), { trouble: 'unreached', said: 'ECONNREFUSED' }],
  [coded('GREETING_TIMEOUT'), { trouble: 'unreached', said: 'GREETING_TIMEOUT' }],
  [new AddressNotAllowed('10.0.0.7'), { trouble: 'not-listed', said: '10.0.0.7' }],
  [
    new NoToken('Not asked', { cause: new Obstacle('in-clear', 'mail.example', 'It would be told') }),
    { trouble: 'in-clear', said: 'mail.example' },
  ],
  [new XTrouble('It looks otherwise', null, new Unexpected('Otherwise')), { trouble: 'unexpected', said: null }],
  [new XTrouble('There is none', null, new NoAccess('There is none.')), { trouble: 'sign-in', said: null }],
  [new XTrouble('No', null, secretMissing('bearer', 'No bearer')), { trouble: 'secret-missing', secrets: ['bearer'] }],
  [new BlueskyTrouble({ type: 'lost', reason: 'No', cause: coded('ECONNRESET') }), { trouble: 'unreached' }],
  [smtp(550, '550 No such user.'), { trouble: 'other', said: '550 No such user' }],
  [smtp(535, '535 Authentication failed'), { trouble: 'sign-in', said: '535 Authentication failed' }],
  [new DOMException('Aborted', 'TimeoutError'), { trouble: 'unreached', said: 'ETIMEDOUT' }],
])('[WB131] only what somebody else said of a failure is shown as said: %s', (error, told) => {
  expect(failureOf(error, plain)).toMatchObject(told)
})
