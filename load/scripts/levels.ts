export type LevelName = 'normal' | 'hard'

type Level = {
  storm: {
    /** Rounds of calls a second, before the storm and at its peak. */
    before: number
    peak: number
  }
  shift: {
    /** k6's users, and how many people each of them plays on sockets of their own. */
    users: number
    peopleEach: number
    /** Customers who write, a second. */
    customers: number
  }
}

export const levels: Record<LevelName, Level> = {
  normal: {
    storm: { before: 20, peak: 100 },
    shift: { users: 5, peopleEach: 10, customers: 5 },
  },
  hard: {
    storm: { before: 50, peak: 400 },
    shift: { users: 10, peopleEach: 25, customers: 20 },
  },
}

/** k6 numbers its users through all scenarios, so those who play customers take numbers too. */
export const usersForCustomers = 20

/** How many people must be able to sign in: one for each socket of each user, whatever its number. */
export function peopleOf(level: LevelName): number {
  const { users, peopleEach } = levels[level].shift
  return (users + usersForCustomers) * peopleEach
}
