const part = String.raw`[^\s\p{Cc}<>()[\],;:"\\@]`
const plain = new RegExp(`^${part}{1,64}@${part}{1,255}$`, 'u')

/** One plain address: nothing in it could name a second recipient, be a list, or end a line of a protocol. */
export function isMailAddress(text: string): boolean {
  return plain.test(text)
}
