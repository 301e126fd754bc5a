import { createHash } from 'node:crypto'
import { setbackOf } from '@muster/shared/setback.ts'
import type { StatusPage, StatusPageSecrets } from '@muster/shared/status-page.ts'
import { InClear, isListed } from '../channels/address-guard.ts'
import { failureOf } from '../channels/failure.ts'
import type { Page, Unopened } from './page.ts'
import { Statuspage } from './statuspage.ts'
import { Turn } from './turn.ts'
import { WebhookPage } from './webhook-page.ts'

type Surroundings = {
  /** Hosts a page may be at although they are not on the public internet. */
  internalHosts: readonly string[]
  /** ms since 1970. */
  clock: () => number
  /** Between two requests with one token: Statuspage lets in one a second. */
  everyMs?: number
}

export type OpenPage = (page: StatusPage, secrets: StatusPageSecrets) => Page | Unopened

/** Opens pages; those of one token take turns. */
export function pagesOf({ internalHosts, clock, everyMs = 1_050 }: Surroundings): OpenPage {
  const turns = new Map<string, Turn>()
  const turnOf = (token: string) => {
    const mark = createHash('sha256').update(token).digest('hex')
    const turn = turns.get(mark) ?? new Turn(everyMs)
    turns.set(mark, turn)
    return turn
  }
  return ({ settings }, { token, signing }) => {
    if (settings.kind === 'webhook') {
      if (signing === undefined) return { setback: setbackOf('no-signing-secret') }
      return new WebhookPage({ url: settings.url, signing, internalHosts, clock })
    }
    if (token === undefined) return { setback: setbackOf('no-token') }
    const { protocol, hostname, port, host } = new URL(settings.api)
    if (protocol === 'http:' && !isListed(hostname, Number(port) || 80, internalHosts)) {
      const clear = new InClear(`${host} would be given the token in clear: give its address with https.`)
      return {
        setback: setbackOf(
          'not-taken',
          failureOf(clear, said => said),
        ),
      }
    }
    return new Statuspage({ settings, token, internalHosts, clock, turn: turnOf(token) })
  }
}
