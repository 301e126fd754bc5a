/** When a network is first asked for a reply of which nobody knows whether it arrived, in ms from then. */
export const firstLook = 30_000
const longestPauseMs = 3_600_000
/** About a day of asking. */
const mostLooks = 30

/** When it is asked again after so many looks; null once it is for a person alone. */
export function nextLook(looks: number, now: number): number | null {
  return looks >= mostLooks ? null : now + Math.min(longestPauseMs, firstLook * 2 ** Math.min(looks, 10))
}
