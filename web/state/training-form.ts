import type { Level, Training } from '@muster/shared/training.ts'
import { type TrainingFigure, trainingBounds } from '@muster/shared/training-rules.ts'
import { number, say } from './words.ts'

export type Figure = TrainingFigure
/** The rules as the form holds them: each figure as it was typed, in its unit. */
export type TrainingFields = Record<Figure, string> & { othersBegin: Level }

const [count, percent, seconds] = [1, 0.01, 1_000]

/** What one of its unit is. */
const units: Record<Figure, number> = {
  approvalsToSpotChecked: count,
  leastApprovals: count,
  approvalsToTrusted: count,
  returnsToDemote: count,
  spotShare: percent,
  leastShare: percent,
  reviewWithinMs: seconds,
  reviewLeaseMs: seconds,
  undoMs: seconds,
  sampleSupport: percent,
  sampleOthers: percent,
}

export const figures = Object.keys(units) as Figure[]

/** Shares are told to a tenth of a percent. */
function inUnits(name: Figure, value: number): number {
  return Math.round((value / units[name]) * 10) / 10
}

export function fieldsFrom(training: Training): TrainingFields {
  const typed = figures.map(name => [name, String(inUnits(name, training[name]))])
  return { othersBegin: training.othersBegin, ...(Object.fromEntries(typed) as Record<Figure, string>) }
}

/** Which figures the field takes, in its unit. */
export function boundsOf(name: Figure): { least: number; most: number; step: number } {
  const { least, most } = trainingBounds[name]
  const step = units[name] === percent ? 0.1 : 1
  return { least: inUnits(name, least), most: inUnits(name, most), step }
}

/** What is wrong with a figure, as a sentence; undefined where nothing is. */
export function complaintAbout(name: Figure, field: string): string | undefined {
  if (fits(name, field)) return undefined
  const { least, most } = boundsOf(name)
  const whole = units[name] === percent ? 'training.between' : 'training.wholeBetween'
  return say(whole, { least: number(least), most: number(most) })
}

function fits(name: Figure, field: string): boolean {
  const value = field.trim() === '' ? Number.NaN : valueIn(name, field)
  const { least, most } = trainingBounds[name]
  return value >= least && value <= most && (units[name] === percent || Number.isInteger(value))
}

function valueIn(name: Figure, field: string): number {
  return Number((Number(field) * units[name]).toPrecision(12))
}

/** The rules; null while a figure is none. What was not touched stays to the last digit. */
export function trainingFrom(fields: TrainingFields, former: Training): Training | null {
  if (!figures.every(name => fits(name, fields[name]))) return null
  const before = fieldsFrom(former)
  const values = figures.map(name => [name, fields[name] === before[name] ? former[name] : valueIn(name, fields[name])])
  return { othersBegin: fields.othersBegin, ...(Object.fromEntries(values) as Record<Figure, number>) }
}
