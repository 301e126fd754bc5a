import { type Tagged, type TopicModel, trainTopics } from '@muster/server/text/topic-model.ts'
import { mean, microseconds, percent, type Row } from './text-table.ts'

export function measureTopics(
  what: string,
  known: readonly Tagged[],
  asked: readonly Tagged[],
  research: Research,
): Row[] {
  const began = performance.now()
  const model = trainTopics(known)
  const trained = performance.now() - began
  const begin = performance.now()
  const answers = asked.map(({ text, topic }) => ({ topic, suggested: model.suggest(text) }))
  const spent = performance.now() - begin
  const { precision, recall } = macro(answers)
  const share = (right: (answer: Answer) => boolean) => percent(answers.filter(right).length / answers.length)
  const sure = answers.reduce((sum, { suggested }) => sum + (suggested[0]?.confidence ?? 0), 0) / answers.length
  return [
    [`${what}: ${known.length} learnt, ${asked.length} asked`, '', ''],
    ['  accuracy of the first', share(({ topic, suggested }) => suggested[0]?.topic === topic), research.accuracy],
    ['  among the three', share(({ topic, suggested }) => suggested.some(one => one.topic === topic)), ''],
    ['  confidence in the first, on average', percent(sure), ''],
    ['  macro precision, recall', `${percent(precision)}, ${percent(recall)}`, ''],
    ['  learning', `${(trained / 1_000).toFixed(1)} s`, research.learning],
    ['  a text', microseconds(spent, asked.length), research.each],
  ]
}

type Research = { accuracy: string; learning: string; each: string }
type Answer = { topic: string; suggested: ReturnType<TopicModel['suggest']> }

function macro(answers: readonly Answer[]): { precision: number; recall: number } {
  const topics = [...new Set(answers.map(({ topic }) => topic))]
  const of = topics.map(topic => {
    const suggested = answers.filter(answer => answer.suggested[0]?.topic === topic)
    const right = suggested.filter(answer => answer.topic === topic).length
    const all = answers.filter(answer => answer.topic === topic).length
    return { precision: right / (suggested.length || 1), recall: right / all }
  })
  return { precision: mean(of.map(({ precision }) => precision)), recall: mean(of.map(({ recall }) => recall)) }
}
