import type { paths } from '@muster/shared/endpoint.ts'

/** The server's paths. The shared table would bring its schemas into the bundle, so the compiler holds the two together. */
export const path = {
  signIn: '/api/sign-in',
  signOut: '/api/sign-out',
  me: '/api/me',
  password: '/api/password',
  incidents: '/api/incidents',
  incidentJoin: '/api/incidents/:incidentId/join',
  join: '/api/join',
  joinCode: '/api/join/:code',
  series: '/api/incidents/:incidentId/series',
  usage: '/api/incidents/:incidentId/usage',
  timeline: '/api/incidents/:incidentId/timeline',
  weather: '/api/incidents/:incidentId/weather',
  samples: '/api/incidents/:incidentId/samples',
  conversation: '/api/incidents/:incidentId/conversations/:conversationId',
  topicsOf: '/api/incidents/:incidentId/conversations/:conversationId/topics',
  channels: '/api/channels',
  tryChannel: '/api/channels/try',
  alertSources: '/api/alert-sources',
  alert: '/alerts/:sourceId',
  statusPages: '/api/status-pages',
  people: '/api/people',
  playbooks: '/api/playbooks',
  quarantine: '/api/quarantine',
  hook: '/hooks/:channelId',
} as const satisfies Partial<typeof paths>

export function conversationPath(incidentId: string, conversationId: string): string {
  return path.conversation.replace(':incidentId', incidentId).replace(':conversationId', conversationId)
}

export function topicsPath(incidentId: string, conversationId: string): string {
  return path.topicsOf.replace(':incidentId', incidentId).replace(':conversationId', conversationId)
}

export function incidentJoinPath(incidentId: string): string {
  return path.incidentJoin.replace(':incidentId', incidentId)
}

export function joinCodePath(code: string): string {
  return path.joinCode.replace(':code', encodeURIComponent(code))
}

export function weatherPath(incidentId: string): string {
  return path.weather.replace(':incidentId', incidentId)
}

/** `next` as the page before gave it; null for the newest. */
export function timelinePath(incidentId: string, next: string | null): string {
  const base = path.timeline.replace(':incidentId', incidentId)
  return next === null ? base : `${base}?next=${encodeURIComponent(next)}`
}

export function seriesPath(incidentId: string, minutes: number): string {
  return `${path.series.replace(':incidentId', incidentId)}?minutes=${minutes}`
}

export function samplesPath(incidentId: string): string {
  return path.samples.replace(':incidentId', incidentId)
}

export function usagePath(incidentId: string): string {
  return path.usage.replace(':incidentId', incidentId)
}

export function hookAddress(origin: string, channelId: string): string {
  return origin + path.hook.replace(':channelId', channelId)
}

export function alertAddress(origin: string, sourceId: string): string {
  return origin + path.alert.replace(':sourceId', sourceId)
}
