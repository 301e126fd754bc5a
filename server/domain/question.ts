import type { IncidentCommand } from '@muster/shared/command.ts'
import { conflict } from '@muster/shared/conflict.ts'
import type { Conversation, Question } from '@muster/shared/conversation.ts'
import { notFound } from '@muster/shared/not-found.ts'
import { underClaim } from './claim.ts'
import { type Context, change, type Decision, refuse, type View } from './decision.ts'
import { named, openIncident } from './incident.ts'
import { keyOf } from './indexes.ts'
import { tell } from './telling.ts'

type Of<T extends IncidentCommand['type']> = Extract<IncidentCommand, { type: T }>

/**
 * A question belongs to the conversation, not to the claim: whoever holds it next needs the answer as well. It stays until
 * it is answered and a reply was sent; asking again takes its place.
 */
export function ask(command: Of<'question/ask'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const under = underClaim(command, view, context)
  if ('refusal' in under) return under.refusal
  const { text } = command
  const question: Question = { by: named(context.actor), text, at: context.now, answer: null }
  const asking = { ...under.conversation, question }
  return change([{ key: keyOf.conversation(asking.id), value: asking }], [tell('question/asked', asking, context)])
}

export function answer(command: Of<'question/answer'>, view: View, context: Context): Decision {
  const incident = openIncident(view)
  if ('refusal' in incident) return refuse(incident.refusal)
  const conversation = view.get<Conversation>(keyOf.conversation(command.conversationId))
  const question = conversation?.question ?? null
  if (conversation === null || question === null) return refuse(notFound('question'))
  if (question.at !== command.askedAt) {
    return refuse(conflict('question-changed', { name: question.by.name }))
  }
  if (question.answer !== null) {
    return refuse(conflict('question-answered', { name: question.answer.by.name }))
  }
  const given = { by: named(context.actor), text: command.text, at: context.now }
  const answered = { ...conversation, question: { ...question, answer: given } }
  return change(
    [{ key: keyOf.conversation(answered.id), value: answered }],
    [tell('question/answered', answered, context)],
  )
}

/** What is left of it once a reply was sent. */
export function afterReply(question: Question | null): Question | null {
  return question?.answer === null ? question : null
}
