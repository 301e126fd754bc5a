import type { ChannelWeather } from '@muster/shared/weather.ts'
import { ask } from './http.ts'
import { weatherPath } from './path.ts'
import type { Room } from './room.svelte.ts'

/** Whoever leads is not kept waiting until it is told again; whoever answers is. */
export async function learnWeather(room: Room): Promise<void> {
  if (room.weather.size > 0) return
  const answer = await ask<{ at: number; channels: ChannelWeather[] }>('GET', weatherPath(room.id))
  if (answer.type === 'ok') room.forecast(answer.body)
}
