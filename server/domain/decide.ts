import type { CompanyCommand, IncidentCommand } from '@muster/shared/command.ts'
import { type AccessCommand, accessRules } from './access.ts'
import { look, type Unseen, unseen } from './attention.ts'
import { claim, claimSeveral, takeNext } from './choice.ts'
import { type Lapse, lapse, release, renew, saveDraft } from './claim.ts'
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
import { type Report, report, settle, type Take, type TakeOver, take, takeOver } from './delivery.ts'
import { acknowledge, finishBriefing, publish, publishWording, retractWording } from './guidance.ts'
import { handOverConversation } from './hand-over.ts'
import { changeIncident, type Declare, declare, resolve, surge } from './incident.ts'
import { type JoinCommand, joinRules } from './join.ts'
import { type Arrive, arrive } from './message.ts'
import { removePlaybook, savePlaybook } from './playbook.ts'
import { answer, ask } from './question.ts'
import { submit } from './reply.ts'
import { appoint, handOver, join, move, pause, thank } from './roster.ts'
import { withMoment } from './timeline.ts'
import { tag } from './topics.ts'

/** Commands that Muster gives itself; no door lets them in. */
export type OwnCommand =
  | Declare
  | Arrive
  | Lapse
  | Unseen
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
  | JoinCommand

/** `person/invite`, `join/open`, `quarantine/retry` and the drill's commands are acts of the desk, made of these. */
export type RoomCommand =
  | IncidentCommand
  | Exclude<CompanyCommand, { type: 'person/invite' | 'join/open' | 'quarantine/retry' | 'drill/start' | 'drill/stop' }>
  | OwnCommand

type Rules = { [T in RoomCommand['type']]: Rule<Extract<RoomCommand, { type: T }>> }

const rules: Rules = {
  'incident/declare': declare,
  'incident/surge': surge,
  'incident/resolve': resolve,
  'incident/change': changeIncident,
  'incident/hand-over': handOver,
  'incident/join': join,
  'responder/appoint': appoint,
  'responder/move': move,
  'responder/pause': pause,
  'responder/thank': thank,
  'briefing/finish': finishBriefing,
  'facts/publish': publish,
  'facts/acknowledge': acknowledge,
  'wording/publish': publishWording,
  'wording/retract': retractWording,
  'conversation/claim': claim,
  'conversation/claim-several': claimSeveral,
  'conversation/take-next': takeNext,
  'conversation/hand-over': handOverConversation,
  'conversation/tag': tag,
  'conversation/look': look,
  'attention/unseen': unseen,
  'question/ask': ask,
  'question/answer': answer,
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
  'playbook/save': savePlaybook,
  'playbook/remove': removePlaybook,
  'channel/save': saveChannel,
  'channel/remove': removeChannel,
  'channel/save-place': savePlace,
  'installation/found': found,
  ...accessRules,
  ...joinRules,
}

/** What a command does to the room as the view shows it: from the arguments alone. */
export function decide(command: RoomCommand, view: View, context: Context): Decision {
  const decision = (rules[command.type] as Rule<RoomCommand>)(command, view, context)
  return decision.type === 'change' ? withMoment(decision, view, command.id) : decision
}
