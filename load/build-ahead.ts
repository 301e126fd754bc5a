import { constants, setPriority } from 'node:os'
import { findK6 } from './k6.ts'

/** Builds k6 where there is none, on time that nobody else wants. Whoever needs it says why where it could not be built. */
setPriority(constants.priority.PRIORITY_LOW)
await findK6(process.env)
