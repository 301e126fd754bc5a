import { setbackOf } from '@muster/shared/setback.ts'
import { expect } from 'vitest'

/** As a network refuses, in its own words. */
export const refusedWith = (said: string) =>
  setbackOf('not-taken', { reason: said, trouble: 'other', status: null, said })

/** A setback of which the English sentence holds these words. */
export const setbackSaying = (words: string) => expect.objectContaining({ sentence: expect.stringContaining(words) })
