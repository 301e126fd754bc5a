import { setbackOf } from '@muster/shared/setback.ts'
import type { StatusPage, StatusPageSecrets } from '@muster/shared/status-page.ts'
import { isListed } from '../channels/address-guard.ts'
import { failureOf, Obstacle } from '../channels/failure.ts'
import type { Page, Turn, Unopened } from './page.ts'
import { Statuspage } from './statuspage.ts'
import { WebhookPage } from './webhook-page.ts'

type Surroundings = {
  /** Hosts a page may be at although they are not on the public internet. */
  internalHosts: readonly string[]
  /** ms since 1970. */
  clock: () => number
  /** Statuspage lets in one request a second with each token. */
  turnOf: (token: string) => Turn
}

export type OpenPage = (page: StatusPage, secrets: StatusPageSecrets) => Page | Unopened

/** Opens pages. Of Statuspage, those of one token take turns. */
export function pagesOf({ internalHosts, clock, turnOf }: Surroundings): OpenPage {
  return ({ settings }, { token, signing }) => {
    if (settings.kind === 'webhook') {
      if (signing === undefined) return { setback: setbackOf('no-signing-secret') }
      return new WebhookPage({ url: settings.url, signing, internalHosts, clock })
    }
    if (token === undefined) return { setback: setbackOf('no-token') }
    const { protocol, hostname, port, host } = new URL(settings.api)
    if (protocol === 'http:' && !isListed(hostname, Number(port) || 80, internalHosts)) {
      const sentence = `${host} would be given the token in clear: give its address with https.`
      const clear = new Obstacle('in-clear', hostname, sentence)
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
