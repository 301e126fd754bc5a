import type { ChannelKind } from '@muster/shared/channel.ts'

/** How networks call themselves, the same in every language. */
const names: Partial<Record<ChannelKind, string>> = { bluesky: 'Bluesky', mastodon: 'Mastodon', x: 'X' }

/** What a network is called where others could read along; null for a channel that only the two of them read. */
export function networkOf(kind: ChannelKind | undefined): string | null {
  return kind === undefined ? null : (names[kind] ?? null)
}

/** Links of messages come from other people's servers: only to pages, never to a script. */
export function isOpenable(link: string): boolean {
  return URL.canParse(link) && /^https?:$/.test(new URL(link).protocol)
}
