import type { ChannelRecord } from '@muster/shared/channel.ts'

type Limits = Pick<ChannelRecord, 'pace' | 'costCap' | 'lagObjectiveMs'>
/** As they are typed: replies an hour, dollars a month, seconds. Empty: as is usual. */
export type TypedLimits = { perHour: string; costCap: string; lag: string }

const anHour = 3_600_000
const aDollar = 1_000_000

export function limitsOf({ perHour, costCap, lag }: TypedLimits): Limits {
  return {
    pace: isEmpty(perHour) ? null : { most: Math.round(Number(perHour)), perMs: anHour },
    costCap: isEmpty(costCap) ? null : Math.round(Number(costCap) * aDollar),
    lagObjectiveMs: isEmpty(lag) ? null : Math.round(Number(lag) * 1_000),
  }
}

/** A pace over another time is shown as what it is in an hour. */
export function amountOf(limits: Limits | null): TypedLimits {
  const { pace, costCap, lagObjectiveMs } = limits ?? {}
  return {
    perHour: pace ? String(Math.max(1, Math.round((pace.most * anHour) / pace.perMs))) : '',
    costCap: costCap === null || costCap === undefined ? '' : String(costCap / aDollar),
    lag: lagObjectiveMs ? String(lagObjectiveMs / 1_000) : '',
  }
}

function isEmpty(typed: string): boolean {
  return typed.trim() === ''
}

/** Settings a channel found out by itself when it was tried. */
export function learntBy(
  trials: readonly { learnt?: Record<string, unknown> | undefined }[] | null,
): Record<string, unknown> {
  return Object.assign({}, ...(trials ?? []).map(({ learnt }) => learnt ?? {}))
}
