import type { Level } from '@muster/shared/training.ts'
import { say } from './words.ts'

const levels = ['observer', 'gated', 'spot-checked', 'trusted'] as const satisfies readonly Level[]

/** Levels to choose from, the one that may least first. */
export function levelChoices(): { value: Level; label: string }[] {
  return levels.map(value => ({ value, label: say(`training.level.${value}.name`) }))
}
