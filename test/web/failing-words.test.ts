import { setbackOf } from '@muster/shared/setback.ts'
import type { ChannelWeather, LaneWeather } from '@muster/shared/weather.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { speak } from './speaking.ts'

const now = Date.UTC(2026, 10, 26, 10, 30)
const since = now - 20 * 60_000
const setback = setbackOf('not-taken', {
  reason: 'The receiver could not be reached: connect ECONNREFUSED',
  trouble: 'unreached',
  status: null,
  said: 'connect ECONNREFUSED',
})
const failing = { since, tries: 4, setback }
const lane: LaneWeather = {
  visibility: 'direct',
  queued: 2,
  leavesAt: null,
  left: null,
  resetsAt: null,
  heldBy: 'failing',
  failing,
  jammed: true,
}
const channel: ChannelWeather = {
  channelId: 'reviews',
  name: 'Reviews',
  state: 'receiving',
  complaint: null,
  lagMs: 1_000,
  objectiveMs: 15_000,
  lanes: [lane],
  cost: null,
}

const words = {
  en: {
    putOff: /^Not sent yet: .*ECONNREFUSED.*\. It is tried again by itself; nothing is lost\.$/,
    waits:
      /^The channel has taken nothing since \d.*ECONNREFUSED.*\. Your reply waits until it takes replies again; nothing is lost\.$/,
    unexplained: /^The channel has taken nothing since [^.]*\. Your reply waits until it/,
    trouble:
      /^Private replies: none has left since \d.*, in 4 tries\. .*ECONNREFUSED.*\. They wait and are tried again by themselves/,
    tag: 'Sends nothing',
    line: 'Private replies: 2 wait, none leaves, new claims are slowed',
    current: 'Up to date.',
  },
  de: {
    putOff: /^Noch nicht gesendet: .*ECONNREFUSED.*\. Es wird von selbst wieder versucht; nichts geht verloren\.$/,
    waits:
      /^Der Kanal hat seit \d.* Uhr nichts angenommen\. .*ECONNREFUSED.*\. Ihre Antwort wartet, bis er wieder welche annimmt; nichts/,
    unexplained: /^Der Kanal hat seit [^.]* Uhr nichts angenommen\. Ihre Antwort wartet/,
    trouble:
      /^Private Antworten: Seit \d.* Uhr ging keine hinaus, bei 4 Versuchen\. .*ECONNREFUSED.*\. Sie warten und werden von selbst/,
    tag: 'Sendet nichts',
    line: 'Private Antworten: 2 warten, keine geht hinaus, neue Übernahmen werden gebremst',
    current: 'Auf dem neuesten Stand.',
  },
}

describe.each(['en', 'de'] as const)('in %s', language => {
  const expected = words[language]
  let lines: typeof import('../../web/state/weather-lines.ts')
  let forecast: typeof import('../../web/state/forecast.ts')

  beforeAll(async () => {
    await speak(language)
    lines = await import('../../web/state/weather-lines.ts')
    forecast = await import('../../web/state/forecast.ts')
  })

  test('[WB124] a reply that was put off says why, that it is tried again, and that nothing is lost', () => {
    expect(forecast.putOffSentence([setback])).toMatch(expected.putOff)
    expect(forecast.putOffSentence([])).toBeNull()
  })

  test('[WB124] whoever writes sees before they hand it in that nothing leaves, since when and why', () => {
    expect(forecast.leavingSentence(lane, now)).toMatch(expected.waits)
    const unexplained = { ...lane, failing: { ...failing, setback: null } }
    expect(forecast.leavingSentence(unexplained, now)).toMatch(expected.unexplained)
  })

  test('[WB125] a channel by which nothing leaves needs somebody, though it reads everything', () => {
    expect([lines.conditionOf(channel), lines.needsSomebody(channel), lines.stateLine(channel)]).toEqual([
      'danger',
      true,
      expected.tag,
    ])
    expect(lines.troubleLines(channel, now, now)).toEqual([expect.stringMatching(expected.trouble)])
    expect(lines.laneLine(lane, now)).toBe(expected.line)
  })

  test('[WB125] what is wrong with reading is said as well', () => {
    const behind = lines.troubleLines({ ...channel, lagMs: 45_000 }, now, now)
    expect(behind).toEqual([expect.stringContaining('45'), expect.stringMatching(expected.trouble)])
    const slowed = { ...lane, heldBy: 'limit', failing: null } as const
    expect(lines.troubleLines({ ...channel, lanes: [slowed] }, now, now)).toEqual([expected.current])
  })
})
