import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** OWASP's equivalent of N=2^17, p=1 in a quarter of the memory: 32 MB, so that many can sign in at once. */
const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
const keyBytes = 32
/** Two of the four threads that files and names wait for as well. */
const mostAtOnce = 2
const mostWaiting = 2_000

let running = 0
const waiting: (() => void)[] = []

/** Thrown when more people sign in at once than can be served; nothing was checked. */
export class TooBusy extends Error {
  override name = 'TooBusy'
}

/** The password's hash with method, cost and salt: all that is stored of it. */
export async function encodePassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Whether the password fits. Without anything to compare with it takes as long, and does not. */
export async function passwordFits(password: string, encoded: string | null): Promise<boolean> {
  const [, N, r, p, salt, key] = (encoded ?? nobodys).split('$')
  if (salt === undefined || key === undefined) throw new Error('a stored password is not readable')
  const expected = Buffer.from(key, 'base64url')
  const derived = await derive(password, Buffer.from(salt, 'base64url'), {
    ...cost,
    N: Number(N),
    r: Number(r),
    p: Number(p),
  })
  return timingSafeEqual(derived, expected) && encoded !== null
}

const nobodys = `scrypt$${cost.N}$${cost.r}$${cost.p}$${'A'.repeat(22)}$${Buffer.alloc(keyBytes).toString('base64url')}`

async function derive(password: string, salt: Buffer, options: typeof cost): Promise<Buffer> {
  await turn()
  try {
    // The same characters typed on another keyboard may arrive composed otherwise.
    return await new Promise((resolve, reject) => {
      scrypt(password.normalize('NFKC'), salt, keyBytes, options, (error, key) =>
        error ? reject(error) : resolve(key),
      )
    })
  } finally {
    const next = waiting.shift()
    if (next === undefined) running--
    else next()
  }
}

function turn(): Promise<void> {
  if (running < mostAtOnce) {
    running++
    return Promise.resolve()
  }
  if (waiting.length >= mostWaiting) return Promise.reject(new TooBusy('too many people sign in at once'))
  return new Promise(resolve => waiting.push(resolve))
}
