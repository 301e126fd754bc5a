/** What k6 has and its types leave out. */
declare const console: { warn(sentence: string): void }
declare const crypto: { randomUUID(): string }
