import { z } from 'zod'

/**
 * A place in a room's log. `seq` counts entries from 1 without gaps; 0 is before the first. A new `era` begins whenever
 * history may have been lost: a store emptied or put back from a backup hands out numbers again that mean other entries,
 * and a cursor of seq 40 from before must not pass for one of today's 40.
 */
export const Cursor = z.object({ era: z.string().min(1).max(64), seq: z.number().int().nonnegative() })
export type Cursor = z.infer<typeof Cursor>
