import { issueToken, revokeTokens, tokensOf } from '../auth/tokens.ts'
import { done, Failure, withDesk } from './open.ts'
import { exactly, Misuse, roleOf, understand } from './usage.ts'

/** `muster token …` */
export async function token(words: string[]): Promise<void> {
  if (words[0] === 'list') return list(words.slice(1))
  if (words[0] === 'revoke') return revoke(words.slice(1))
  const { values, positionals } = understand(words, { role: { type: 'string' }, name: { type: 'string' } })
  exactly(positionals)
  const role = roleOf(values.role)
  const name = values.name?.trim() ?? 'command line'
  if (!/^[^\p{Cc}]{1,80}$/u.test(name)) throw new Misuse('--name takes one line of at most 80 characters.')
  await withDesk(async desk => {
    const { outcome, secret } = await issueToken(desk, { name, role })
    done(outcome)
    console.error(`This token acts as ${role} until it is revoked. It is shown once:`)
    console.log(secret)
  })
}

async function list(words: string[]): Promise<void> {
  exactly(understand(words, {}).positionals)
  await withDesk(async desk => {
    const tokens = await tokensOf(desk)
    if (tokens.length === 0) console.log('There are no tokens.')
    for (const { name, role, createdAt } of tokens)
      console.log([name, role, new Date(createdAt).toISOString()].join('\t'))
  })
}

async function revoke(words: string[]): Promise<void> {
  const [name] = exactly(understand(words, {}).positionals, 'NAME')
  await withDesk(async desk => {
    const outcomes = await revokeTokens(desk, name)
    for (const outcome of outcomes) done(outcome)
    if (outcomes.length === 0)
      throw new Failure(`There is no token called ${name}; "muster token list" says which there are.`)
    console.log(`Revoked: ${outcomes.length === 1 ? 'one token' : `${outcomes.length} tokens`} called ${name}.`)
  })
}
