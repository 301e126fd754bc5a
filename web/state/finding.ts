export type Findable = { readonly label: string; readonly detail?: string | undefined }
export type Folded<Item> = { readonly item: Item; readonly label: string; readonly all: string }

/** Items as they are searched: small letters, without accents. */
export function fold<Item extends Findable>(items: readonly Item[]): Folded<Item>[] {
  return items.map(item => {
    const label = plain(item.label)
    return { item, label, all: `${label} ${plain(item.detail ?? '')}` }
  })
}

/** The items that hold every word of the text; first those whose label begins with it, then those with a word that does. */
export function find<Item>(folded: readonly Folded<Item>[], text: string): Item[] {
  const sought = plain(text).trim()
  if (sought === '') return folded.map(({ item }) => item)
  const words = sought.split(/\s+/)
  const ranks: Item[][] = [[], [], []]
  for (const one of folded) {
    if (words.every(word => one.all.includes(word))) ranks[rankOf(one.label, sought)]?.push(one.item)
  }
  return ranks.flat()
}

function rankOf(label: string, sought: string): number {
  if (label.startsWith(sought)) return 0
  return label.includes(` ${sought}`) ? 1 : 2
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
