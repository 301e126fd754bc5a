import type { OwnStep } from './mortal-steps.ts'

let fatal = ''
let left = 0

/** This process dies when it comes to this step for so many times. */
export function mayDieAt(step: string, time: number): void {
  fatal = step
  left = time
}

/** Comes to a step: nothing after it happens any more if it is the last one. */
export function reach(step: OwnStep): void {
  if (step !== fatal) return
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
}

/** Has something done in place of a method, around what it does itself. */
export function instead<T extends object, Name extends keyof T>(
  whole: T,
  name: Name,
  around: (own: T[Name]) => T[Name],
): void {
  whole[name] = around(whole[name])
}
