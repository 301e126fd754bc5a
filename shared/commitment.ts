export type CommitmentKind = 'time' | 'money' | 'cause' | 'data' | 'promise' | 'extent'
export type Commitment = { kind: CommitmentKind; phrase: string; from: number; to: number; key: string }
export const reasonFor: Record<CommitmentKind, string> = {
  time: '',
  money: '',
  cause: '',
  data: '',
  promise: '',
  extent: '',
}
export function beyond(_text: string, _allowed: readonly string[]): Commitment[] {
  return []
}
