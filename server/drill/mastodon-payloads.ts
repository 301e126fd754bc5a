/** What a Mastodon server says, as far as an account that answers customers reads it. */

export const ourName = 'tidewater'

export type Post = {
  id: string
  /** `user` for one of the same server, `user@host` for all others. */
  acct: string
  name: string
  content: string
  source: string
  at: number
  inReplyTo: string | null
}

export function accountPayload(base: string, acct: string, name: string) {
  const [username = acct, host] = acct.split('@')
  const home = host === undefined ? base : `https://${host}`
  return {
    id: idOf(acct),
    username,
    acct,
    display_name: name,
    bot: false,
    url: `${home}/@${username}`,
    uri: `${home}/users/${username}`,
    followers_count: 120,
  }
}

export function statusPayload(base: string, { id, acct, name, content, at, inReplyTo }: Post) {
  const account = accountPayload(base, acct, name)
  return {
    id,
    created_at: new Date(at).toISOString(),
    edited_at: null,
    in_reply_to_id: inReplyTo,
    visibility: 'public',
    language: 'en',
    spoiler_text: '',
    content,
    uri: `${account.uri}/statuses/${id}`,
    url: `${account.url}/${id}`,
    account,
    mentions: [{ id: idOf(ourName), username: ourName, url: `${base}/@${ourName}`, acct: ourName }],
    media_attachments: [],
    poll: null,
  }
}

export function noticePayload(base: string, number: number, post: Post) {
  return {
    id: String(number),
    type: 'mention',
    created_at: new Date(post.at).toISOString(),
    account: accountPayload(base, post.acct, post.name),
    status: statusPayload(base, post),
  }
}

export function instancePayload(base: string, longest: number) {
  return {
    domain: new URL(base).host,
    title: 'Drill',
    version: '4.6.4',
    configuration: {
      urls: { streaming: base.replace('http', 'ws') },
      statuses: { max_characters: longest, characters_reserved_per_url: 23 },
    },
  }
}

/** Mastodon numbers accounts; any number does, as long as it stays the same. */
export function idOf(acct: string): string {
  let hash = 7
  for (const letter of acct) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_000_007
  return String(1_000 + hash)
}

export function asHtml(base: string, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const named = `<span class="h-card"><a href="${base}/@${ourName}" class="u-url mention">@<span>${ourName}</span></a></span>`
  return `<p>${escaped.replaceAll(`@${ourName}`, named).replaceAll('\n', '<br />')}</p>`
}
