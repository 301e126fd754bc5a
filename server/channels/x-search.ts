import type { XSettings } from '@muster/shared/channel.ts'

const longestRule = 1_024
const longestQuery = 512

/** Posts that hold one of the words, but for those that pass others on, and the account's own. */
export function rulesFor(settings: XSettings): string[] {
  return grouped(settings.search?.words ?? [], settings, longestRule)
}

/** As `rulesFor`, as short as X's search takes them. */
export function queriesFor(settings: XSettings): string[] {
  return grouped(settings.search?.words ?? [], settings, longestQuery)
}

/** What names the account or quotes it: a quote ends in the address of what it quotes. */
export function accountQuery(settings: XSettings): string {
  const { username } = settings
  const addresses = ['x.com', 'twitter.com'].map(host => `url:"${host}/${username}/status"`)
  return `(@${username} OR ${addresses.join(' OR ')})${but(settings)}`
}

function but({ username }: XSettings): string {
  return ` -is:retweet -from:${username}`
}

function grouped(words: readonly string[], settings: XSettings, longest: number): string[] {
  const end = but(settings)
  const room = longest - end.length - 2
  const groups: string[] = []
  for (const word of words.flatMap(quoted)) {
    const last = groups.at(-1)
    const joined = last === undefined ? word : `${last} OR ${word}`
    if (last !== undefined && joined.length <= room) groups[groups.length - 1] = joined
    else groups.push(word)
  }
  return groups.map(group => `(${group})${end}`)
}

/** None where nothing is left to search for, which X would take for no query at all. */
function quoted(word: string): string[] {
  const bare = word.replace(/["\\]/g, ' ').trim()
  return bare === '' ? [] : [`"${bare}"`]
}
