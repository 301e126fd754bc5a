import { AddressNotAllowed } from '@muster/server/channels/address-guard.ts'
import { failureOf, secretMissing } from '@muster/server/channels/failure.ts'
import { NoToken } from '@muster/server/channels/mail-advice.ts'
import { XTrouble } from '@muster/server/channels/x-client.ts'
import { expect, test } from 'vitest'

const plain = (words: string) => words
const coded = (code: string) => Object.assign(new Error('No.'), { code })

test.each([
  [new Error('The connection was lost.'), { trouble: 'other', said: null }],
  [new XTrouble('X answered /2/users/me with something else than expected', null), { trouble: 'other', said: null }],
  [Object.assign(new Error('It failed'), { responseText: 'Too many.' }), { trouble: 'other', said: 'Too many' }],
  [new NoToken('It is over', { status: 401, said: 'invalid_grant' }), { trouble: 'sign-in', said: 'invalid_grant' }],
  [new NoToken('Not asked', { cause: coded('ECONNREFUSED') }), { trouble: 'unreached', said: 'ECONNREFUSED' }],
  [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), { trouble: 'unreached', said: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
  [new AddressNotAllowed('10.0.0.7'), { trouble: 'not-listed', said: '10.0.0.7' }],
  [new XTrouble('No', null, secretMissing('bearer', 'No bearer')), { trouble: 'secret-missing', secrets: ['bearer'] }],
  [new DOMException('Aborted', 'TimeoutError'), { trouble: 'unreached', said: 'ETIMEDOUT' }],
])('[WB131] only what somebody else said of a failure is shown as said: %s', (error, told) => {
  expect(failureOf(error, plain)).toMatchObject(told)
})
