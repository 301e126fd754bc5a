import type { CompanyCommand, IncidentCommand } from '@muster/shared/command.ts'
import { type AccessCommand, accessRules } from './access.ts'
import { claim, type Lapse, lapse, release, renew, saveDraft, takeNext } from './claim.ts'
import {
  discard,
  type Found,
  found,
  type Mirror,
  mirror,
  type Pour,
  poured,
  type Quarantine,
  quarantine,
  removeChannel,
  type SavePlace,
  type Sight,
  saveChannel,
  savePlace,
  sight,
} from './company.ts'
import type { Context, Decision, Rule, View } from './decision.ts'
import { type Declare, declare, join, publish, resolve, surge } from './incident.ts'
import { type Arrive, arrive } from './message.ts'
import { type Report, report, settle, submit, type Take, type TakeOver, take, takeOver } from './reply.ts'

/** Commands that Muster gives itself; no door lets them in. */
export type OwnCommand =
  | Declare
  | Arrive
  | Lapse
  | Take
  | TakeOver
  | Report
  | Mirror
  | Sight
  | Pour
  | Found
  | Quarantine
  | SavePlace
  | AccessCommand

/** `person/invite`, `quarantine/retry` and the drill's commands are acts of the desk, made of these. */
export type RoomCommand =
  | IncidentCommand
  | Exclude<CompanyCommand, { type: 'person/invite' | 'quarantine/retry' | 'drill/start' | 'drill/stop' }>
  | OwnCommand

type Rules = { [T in RoomCommand['type']]: Rule<Extract<RoomCommand, { type: T }>> }

const rules: Rules = {
  'incident/declare': declare,
  'incident/surge': surge,
  'incident/resolve': resolve,
  'incident/join': join,
  'facts/publish': publish,
  'conversation/claim': claim,
  'conversation/take-next': takeNext,
  'conversation/renew': renew,
  'conversation/release': release,
  'claim/lapse': lapse,
  'draft/save': saveDraft,
  'message/arrive': arrive,
  'reply/submit': submit,
  'reply/settle': settle,
  'delivery/take': take,
  'delivery/take-over': takeOver,
  'delivery/sent': report,
  'delivery/again': report,
  'delivery/failed': report,
  'delivery/uncertain': report,
  'incident/mirror': mirror,
  'message/sight': sight,
  'message/poured': poured,
  'message/quarantine': quarantine,
  'quarantine/discard': discard,
  'channel/save': saveChannel,
  'channel/remove': removeChannel,
  'channel/save-place': savePlace,
  'installation/found': found,
  ...accessRules,
}

/** What a command does to the room as the view shows it: from the arguments alone. */
export function decide(command: RoomCommand, view: View, context: Context): Decision {
  return (rules[command.type] as Rule<RoomCommand>)(command, view, context)
}
