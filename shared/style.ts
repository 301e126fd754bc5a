export type StyleRule = 'shouting'
export const styleReason: Record<StyleRule, string> = { shouting: '' }
export function styleIn(_text: string): { rule: StyleRule; from: number; to: number }[] {
  return []
}
