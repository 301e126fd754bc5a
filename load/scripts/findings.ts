import { Counter, Trend } from 'k6/metrics'

/** What people of a shift find out, counted for the thresholds. */
export const findings = {
  gaps: new Counter('gaps'),
  repeats: new Counter('repeats'),
  doubleClaims: new Counter('double_claims'),
  doubleReplies: new Counter('double_replies'),
  /** Replies that were accepted and not shown as sent within reason. */
  unsent: new Counter('unsent'),
  /** Questions without an answer, or with one that nobody expects. */
  unexpected: new Counter('unexpected'),
  /** Handshakes that were refused. */
  turnedAway: new Counter('turned_away'),
  audits: new Counter('audits'),
  claims: new Counter('claims'),
  /** Claims that were refused because somebody else was first. */
  contended: new Counter('contended'),
  replies: new Counter('replies'),
  resumed: new Counter('resumed'),
  reset: new Counter('reset'),
  /** From asking for a conversation to having it, or not. */
  claiming: new Trend('claiming_ms'),
  /** From the commit, by the store's clock, to the screen. */
  telling: new Trend('telling_ms'),
  /** From pressing send to seeing it sent. */
  sending: new Trend('sending_ms'),
}

const mostSentences = 3
let sentences = 0

/** Counts what nobody expects; each user of k6 says the first few in words. */
export function unexpected(sentence: string): void {
  findings.unexpected.add(1)
  if (++sentences <= mostSentences) console.warn(sentence)
}
