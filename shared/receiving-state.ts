import { z } from 'zod'

/** How a channel receives. `catching-up`: it takes in what came while it was away or not yet open, and was not through it. */
export const ReceivingState = z.enum(['receiving', 'catching-up', 'connecting', 'away', 'off'])
export type ReceivingState = z.infer<typeof ReceivingState>
