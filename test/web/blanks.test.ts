import { expect, test } from 'vitest'
import { stretches } from '../../web/state/blanks.ts'

test('[WB33] the blanks of a wording are told from its text, and nothing of it is lost', () => {
  const text = '[[greeting]], it works again since [[when]]. [no blank] [[not\none]'
  expect(stretches(text).filter(({ blank }) => blank)).toEqual([
    { text: 'greeting', blank: true },
    { text: 'when', blank: true },
  ])
  const whole = stretches(text).map(part => (part.blank ? `[[${part.text}]]` : part.text))
  expect(whole.join('')).toBe(text)
})
