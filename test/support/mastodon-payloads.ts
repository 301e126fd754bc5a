/** What a Mastodon server says, field by field as version 4.6 does; the recorded exchanges hold it to that. */

export type Customer = { acct: string; name: string; bot: boolean; followers: number; suspended: boolean }

export const kim: Customer = {
  acct: 'kim@social.test',
  name: 'Kim Élan',
  bot: false,
  followers: 1_234,
  suspended: false,
}
export const us: Customer = { acct: 'acme', name: 'Acme', bot: false, followers: 10, suspended: false }

export function accountPayload(base: string, { acct, name, bot, followers, suspended }: Customer) {
  const [username = acct, host] = acct.split('@')
  const home = host === undefined ? base : `https://${host}`
  return {
    id: idOfAccount(acct),
    username,
    acct,
    display_name: name,
    locked: false,
    bot,
    discoverable: null,
    indexable: false,
    group: false,
    created_at: '2026-08-01T00:00:00.000Z',
    note: '',
    url: `${home}/@${username}`,
    uri: `${home}/users/${username}`,
    avatar: `${base}/avatars/original/missing.png`,
    avatar_static: `${base}/avatars/original/missing.png`,
    avatar_description: '',
    header: `${base}/headers/original/missing.png`,
    header_static: `${base}/headers/original/missing.png`,
    header_description: '',
    followers_count: followers,
    following_count: 0,
    statuses_count: 2,
    last_status_at: '2026-08-01',
    hide_collections: null,
    show_media: true,
    show_media_replies: true,
    show_featured: true,
    noindex: false,
    feature_approval: { automatic: [], manual: [], current_user: 'denied' },
    emojis: [],
    roles: [],
    fields: [],
    ...(suspended && { suspended }),
  }
}

export function idOfAccount(acct: string): string {
  return `9${Buffer.from(acct).readUIntBE(0, 3)}${acct.length}`
}

export type Written = {
  id: string
  by: Customer
  content: string
  createdAt: string
  editedAt: string | null
  inReplyTo: string | null
  visibility: string
  language: string | null
  spoiler: string
  media: { type: string; url: string | null; description: string | null }[]
  poll: string[] | null
  /** As it was handed in; only for posts of ours. */
  source: string | null
}

export function statusPayload(base: string, written: Written) {
  const account = accountPayload(base, written.by)
  return {
    id: written.id,
    created_at: written.createdAt,
    in_reply_to_id: written.inReplyTo,
    in_reply_to_account_id: null,
    sensitive: false,
    spoiler_text: written.spoiler,
    visibility: written.visibility,
    language: written.language,
    uri: `${account.uri}/statuses/${written.id}`,
    url: `${account.url}/${written.id}`,
    replies_count: 0,
    reblogs_count: 0,
    favourites_count: 0,
    quotes_count: 0,
    edited_at: written.editedAt,
    favourited: false,
    reblogged: false,
    muted: false,
    bookmarked: false,
    content: written.content,
    filtered: [],
    reblog: null,
    application: null,
    account,
    media_attachments: written.media.map(media => ({ id: '1', remote_url: null, ...media })),
    mentions: [{ id: idOfAccount(us.acct), username: us.acct, url: `${base}/@${us.acct}`, acct: us.acct }],
    tags: [],
    emojis: [],
    tagged_collections: [],
    quote: null,
    card: null,
    poll: written.poll && { id: '1', options: written.poll.map(title => ({ title, votes_count: 0 })) },
    quote_approval: { automatic: ['public'], manual: [], current_user: 'automatic' },
  }
}

export function noticePayload(base: string, id: string, written: Written) {
  return {
    id,
    type: 'mention',
    created_at: written.createdAt,
    group_key: `ungrouped-${id}`,
    account: accountPayload(base, written.by),
    status: statusPayload(base, written),
  }
}

export function instancePayload(base: string, streaming: string | null, longest: number) {
  return {
    domain: new URL(base).host,
    title: 'Mastodon',
    version: '4.6.4',
    source_url: 'https://github.com/mastodon/mastodon',
    configuration: {
      urls: { streaming, status: null },
      statuses: { max_characters: longest, max_media_attachments: 4, characters_reserved_per_url: 23 },
    },
  }
}

/** A text as Mastodon shows it: escaped, in paragraphs, its account's name a link. */
export function asHtml(base: string, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const name = `<span class="h-card" translate="no"><a href="${base}/@${us.acct}" class="u-url mention">@<span>${us.acct}</span></a></span>`
  const paragraphs = escaped.replaceAll(`@${us.acct}`, name).split('\n\n')
  return paragraphs.map(paragraph => `<p>${paragraph.replaceAll('\n', '<br />')}</p>`).join('')
}
