import { describeChannel } from './contract.ts'
import type { Abilities } from './contract-bench.ts'
import { WebhookBench } from './webhook-bench.ts'

const abilities: Omit<Abilities, 'idempotency'> = {
  // It cannot be asked.
  provesAbsence: false,
  // It is called.
  readsOn: false,
  // A call says what somebody wrote, and none says that they changed it or took it away.
  changes: { edited: false, deleted: false },
  subjects: true,
  isPublic: false,
  closes: { why: 'only-receives', how: 'where-written' },
  isLimitedInLength: true,
  // What its receiver takes is for nobody to know before.
  limits: { documented: false, told: false },
  pauseMs: 2_000,
}

const dropping: Abilities = { ...abilities, idempotency: 'native' }
describeChannel('webhook, its receiver drops what is repeated:', dropping, () => WebhookBench.start(true))

const keeping: Abilities = { ...abilities, idempotency: 'none' }
describeChannel('webhook, its receiver takes everything:', keeping, () => WebhookBench.start(false))
