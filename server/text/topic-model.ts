import { piecesOf, type Vector, Vocabulary } from './pieces.ts'

export type Tagged = { text: string; topic: string }
export type Suggestion = { topic: string; confidence: number }

const mostSuggested = 3
const rounds = 10
const firstStep = 4
/** What all texts have in common is learnt slowly: it would drown what one text says. */
const commonShare = 0.1
const goldenRatio = 0.618

/**
 * What people tagged, learnt: a softmax regression over the pieces of a text. It keeps no text, and draws nothing by chance:
 * the same examples in the same order make the same model. Learning a thousand of twenty topics takes a tenth of a second,
 * in which the process does nothing else.
 */
export function trainTopics(examples: readonly Tagged[]): TopicModel {
  return new TopicModel(examples)
}

export type { TopicModel }

class TopicModel {
  readonly #topics: string[]
  readonly #vocabulary: Vocabulary
  /** Of each piece what it says for each topic, side by side. */
  readonly #says: Float32Array
  readonly #common: Float64Array

  constructor(examples: readonly Tagged[]) {
    this.#topics = [...new Set(examples.map(({ topic }) => topic))]
    const texts = examples.map(({ text }) => piecesOf(text))
    this.#vocabulary = new Vocabulary(texts)
    this.#says = new Float32Array(this.#vocabulary.size * this.#topics.length)
    this.#common = new Float64Array(this.#topics.length)
    const places = new Map(this.#topics.map((topic, place) => [topic, place]))
    this.#learn(
      texts.map(pieces => this.#vocabulary.vectorOf(pieces)),
      examples.map(({ topic }) => places.get(topic) ?? 0),
    )
  }

  /** At most three topics, the surest first; none where fewer than two are known, or nothing of the text is. */
  suggest(text: string): Suggestion[] {
    const vector = this.#vocabulary.vectorOf(piecesOf(text))
    if (this.#topics.length < 2 || vector.places.length === 0) return []
    const confidences = this.#confidencesOf(vector)
    return this.#topics
      .map((topic, place) => ({ topic, confidence: confidences[place] ?? 0 }))
      .toSorted((one, other) => other.confidence - one.confidence)
      .slice(0, mostSuggested)
  }

  /** Examples come in stretches of one topic; a stride without a common divisor visits all of them well mixed. */
  #learn(vectors: readonly Vector[], topics: readonly number[]): void {
    const count = vectors.length
    const stride = strideOf(count)
    for (let step = 0; step < rounds * count; step++) {
      const index = (step * stride + Math.floor(step / count)) % count
      const learning = firstStep * (1 - step / (rounds * count))
      this.#learnOne(vectors[index] as Vector, topics[index] as number, learning)
    }
  }

  #learnOne(vector: Vector, topic: number, learning: number): void {
    const errors = this.#confidencesOf(vector)
    errors[topic] = (errors[topic] as number) - 1
    const count = errors.length
    for (let place = 0; place < count; place++) {
      errors[place] = (errors[place] as number) * learning
      this.#common[place] = (this.#common[place] as number) - (errors[place] as number) * commonShare
    }
    for (const [index, piece] of vector.places.entries()) {
      const weight = vector.weights[index] as number
      const from = piece * count
      for (let place = 0; place < count; place++) {
        this.#says[from + place] = (this.#says[from + place] as number) - (errors[place] as number) * weight
      }
    }
  }

  #confidencesOf(vector: Vector): Float64Array {
    const scores = this.#common.slice()
    const count = scores.length
    for (const [index, piece] of vector.places.entries()) {
      const weight = vector.weights[index] as number
      const from = piece * count
      for (let place = 0; place < count; place++) {
        scores[place] = (scores[place] as number) + (this.#says[from + place] as number) * weight
      }
    }
    return softmax(scores)
  }
}

function softmax(scores: Float64Array): Float64Array {
  const highest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY)
  const powers = scores.map(score => Math.exp(score - highest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map(power => power / sum)
}

function strideOf(count: number): number {
  let stride = Math.max(1, Math.floor(count * goldenRatio))
  while (commonDivisor(stride, count) > 1) stride++
  return stride
}

function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other)
}
