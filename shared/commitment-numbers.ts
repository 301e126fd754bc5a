const words: Record<string, number> = {}
const spelled = [
  ['one', 'a', 'an', 'ein', 'eine', 'einer', 'einem', 'einen', 'eins'],
  ['two', 'zwei'],
  ['three', 'drei'],
  ['four', 'vier'],
  ['five', 'fuenf'],
  ['six', 'sechs'],
  ['seven', 'sieben'],
  ['eight', 'acht'],
  ['nine', 'neun'],
  ['ten', 'zehn'],
  ['eleven', 'elf'],
  ['twelve', 'zwoelf'],
]
for (const [index, names] of spelled.entries()) for (const name of names) words[name] = index + 1
Object.assign(words, { fifteen: 15, fuenfzehn: 15, twenty: 20, zwanzig: 20, thirty: 30, dreissig: 30 })
Object.assign(words, { 'forty-five': 45, fuenfundvierzig: 45, sixty: 60, sechzig: 60, ninety: 90, neunzig: 90 })

/** Longer words first, so that "eine" is not read as "ein". */
const names = Object.keys(words).sort((one, other) => other.length - one.length)

/** How a small number is written, for a pattern: digits or a word. */
export const number = `(?:\\d{1,4}(?:[.,]\\d{1,2})?|${names.join('|')})`

export function numberOf(written: string): number {
  return words[written] ?? Number(written.replace(',', '.'))
}
