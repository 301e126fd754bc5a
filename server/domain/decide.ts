import type { IncidentCommand } from '@muster/shared/command.ts'
import type { CompanyCommand } from '@muster/shared/company-command.ts'
import { type AccessCommand, accessRules } from './access.ts'
import {
  type EndAcknowledgement,
  endAcknowledgement,
  type TakeAcknowledgement,
  takeAcknowledgement,
} from './acknowledgement.ts'
import { type AlertCommand, alertRules } from './alert.ts'
import { look, type Unseen, unseen } from './attention.ts'
import { type Bounce, bounce } from './bounce.ts'
import { claim, claimSeveral, takeNext } from './choice.ts'
import { type Lapse, lapse, release, renew, saveDraft } from './claim.ts'
import { type Close, close, type Shut, shut } from './closing.ts'
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
  type SaveVault,
  type Sight,
  saveChannel,
  savePlace,
  saveVault,
  sight,
} from './company.ts'
import type { Context, Decision, Rule, View } from './decision.ts'
import { type Hold, hold, type Take, type TakeOver, take, takeOver } from './delivery.ts'
import { type Edit, edit } from './edit.ts'
import { type Erase, erase } from './erase.ts'
import { type LaneTried, laneTried } from './failing.ts'
import { type Forget, forget, type Gone, gone } from './forget.ts'
import { acknowledge, finishBriefing, publish } from './guidance.ts'
import { handOverConversation } from './hand-over.ts'
import { type Hasten, hasten } from './hasten.ts'
import { changeIncident, type Declare, declare, resolve, surge } from './incident.ts'
import { type JoinCommand, joinRules } from './join.ts'
import { type LagCommand, lagRules } from './lag.ts'
import { setLevel } from './level.ts'
import { merge } from './merge.ts'
import { type Arrive, arrive } from './message.ts'
import { askPair, joinPair, leavePair } from './pair.ts'
import { part } from './part.ts'
import { type WatchPipes, watchPipes } from './pipes.ts'
import { type Keep, keep } from './place.ts'
import { removePlaybook, savePlaybook } from './playbook.ts'
import { type AddCost, addCost, type Hear, hearLimits, type Spend, spendBudget } from './pool.ts'
import { type ProposalCommand, proposalRules } from './proposal.ts'
import { type ReportUpdate, reportUpdate, settleUpdate, type TakeUpdate, takeUpdate } from './publication.ts'
import { type Purge, purge } from './purge.ts'
import { answer, ask } from './question.ts'
import { type Trained, trained } from './readiness.ts'
import { recall } from './recall.ts'
import { type Report, report } from './report.ts'
import { claimReviews, type LapseReview, lapseReview, releaseReview, renewReview, takeNextReview } from './review.ts'
import { appoint, handOver, join, move, pause, thank } from './roster.ts'
import { judge } from './sample.ts'
import { type ForgetSecrets, forgetSecrets, type Plain, type Reseal, reseal, type SealedCommand } from './secrets.ts'
import { settleConversation } from './settle.ts'
import { type Approve, approveUpdate, declineUpdate, propose } from './status.ts'
import { removeStatusPage, saveStatusPage } from './status-page.ts'
import { submit } from './submit.ts'
import { withMoment } from './timeline.ts'
import { tag } from './topics.ts'
import { type Absent, absent, type Seek, seek, settle } from './uncertain.ts'
import { approve, approveSeveral, returnReply } from './verdict.ts'
import { type WayOut, wayOut } from './way-out.ts'
import { declineWording, proposeWording, publishWording, retractWording } from './wording.ts'

/** Commands that Muster gives itself; no door lets them in. */
export type OwnCommand =
  | Declare
  | Arrive
  | TakeAcknowledgement
  | EndAcknowledgement
  | Edit
  | WayOut
  | Erase
  | Close
  | Purge
  | Lapse
  | LapseReview
  | Hold
  | Unseen
  | Take
  | TakeOver
  | Report
  | Keep
  | Hasten
  | Seek
  | Absent
  | Bounce
  | Spend
  | Hear
  | AddCost
  | LaneTried
  | WatchPipes
  | Mirror
  | Sight
  | Pour
  | Shut
  | Forget
  | Gone
  | Found
  | Quarantine
  | SavePlace
  | SaveVault
  | Reseal
  | ForgetSecrets
  | TakeUpdate
  | ReportUpdate
  | Trained
  | AccessCommand
  | JoinCommand
  | ProposalCommand
  | AlertCommand
  | LagCommand

/** Acts of the desk, made of other commands. */
type Act = 'person/invite' | 'join/open' | 'quarantine/retry' | 'drill/start' | 'drill/stop'

/** As people ask, but that the desk does the acts, has sealed what is secret, and says which status pages there are. */
export type RoomCommand =
  | Exclude<IncidentCommand, { type: 'status/approve' }>
  | Approve
  | Exclude<CompanyCommand, { type: Act } | Plain>
  | SealedCommand
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
  'responder/level': setLevel,
  'briefing/finish': finishBriefing,
  'facts/publish': publish,
  'facts/acknowledge': acknowledge,
  'wording/publish': publishWording,
  'wording/retract': retractWording,
  'wording/propose': proposeWording,
  'wording/decline': declineWording,
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
  'acknowledgement/take': takeAcknowledgement,
  'acknowledgement/end': endAcknowledgement,
  'message/edit': edit,
  'message/delete': erase,
  'messages/way-out': wayOut,
  'message/close': close,
  'human/purge': purge,
  'reply/submit': submit,
  'reply/recall': recall,
  'reply/settle': settle,
  'review/take-next': takeNextReview,
  'review/claim': claimReviews,
  'review/renew': renewReview,
  'review/release': releaseReview,
  'review/lapse': lapseReview,
  'review/approve': approve,
  'review/approve-several': approveSeveral,
  'review/return': returnReply,
  'sample/judge': judge,
  'pair/ask': askPair,
  'pair/join': joinPair,
  'pair/leave': leavePair,
  'delivery/take': take,
  'delivery/take-over': takeOver,
  'delivery/hold': hold,
  'delivery/sent': report,
  'delivery/again': report,
  'delivery/failed': report,
  'delivery/limited': report,
  'delivery/uncertain': report,
  'delivery/keep': keep,
  'delivery/hasten': hasten,
  'delivery/seek': seek,
  'delivery/absent': absent,
  'reply/bounce': bounce,
  'budget/spend': spendBudget,
  'budget/hear': hearLimits,
  'cost/add': addCost,
  'lane/tried': laneTried,
  'pipes/watch': watchPipes,
  'conversation/settle': settleConversation,
  'conversation/merge': merge,
  'conversation/part': part,
  'status/propose': propose,
  'status/approve': approveUpdate,
  'status/decline': declineUpdate,
  'status/settle': settleUpdate,
  'status/take': takeUpdate,
  'status/published': reportUpdate,
  'status/again': reportUpdate,
  'status/failed': reportUpdate,
  'status/uncertain': reportUpdate,
  'status-page/save': saveStatusPage,
  'status-page/remove': removeStatusPage,
  'incident/mirror': mirror,
  'message/sight': sight,
  'message/poured': poured,
  'message/shut': shut,
  'message/forget': forget,
  'human/gone': gone,
  'message/quarantine': quarantine,
  'quarantine/discard': discard,
  'playbook/save': savePlaybook,
  'playbook/remove': removePlaybook,
  'channel/save': saveChannel,
  'channel/remove': removeChannel,
  'channel/save-place': savePlace,
  'channel/save-vault': saveVault,
  'installation/found': found,
  'secrets/reseal': reseal,
  'secrets/forget': forgetSecrets,
  'person/trained': trained,
  ...accessRules,
  ...joinRules,
  ...proposalRules,
  ...alertRules,
  ...lagRules,
}

/** What a command does to the room as the view shows it: from the arguments alone. */
export function decide(command: RoomCommand, view: View, context: Context): Decision {
  const decision = (rules[command.type] as Rule<RoomCommand>)(command, view, context)
  return decision.type === 'change' ? withMoment(decision, view, command.id) : decision
}
