import { lookup as resolve } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { Obstacle } from './failure.ts'

const inside4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const

/** Within 2000::/3: protocol assignments with Teredo, documentation twice, and 6to4, which carries an address of version 4. */
const inside6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const inside = new BlockList()
for (const [net, prefix] of inside4) inside.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of inside6) inside.addSubnet(net, prefix, 'ipv6')

const unicast6 = new BlockList()
unicast6.addSubnet('2000::', 3, 'ipv6')
unicast6.addSubnet('::ffff:0:0', 96, 'ipv6')

/** Thrown before anything is sent. The message is a sentence for the channel's owner. */
export class AddressNotAllowed extends Obstacle {
  override name = 'AddressNotAllowed'

  constructor(host: string) {
    const sentence = `${host} is not on the public internet, and is not among the internal hosts this server may call.`
    super('not-listed', host, sentence)
  }
}

/** Whether an address literal is a unicast address of the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !inside.check(address, 'ipv4')
  return isIP(address) === 6 && unicast6.check(address, 'ipv6') && !inside.check(address, 'ipv6')
}

/** `hosts` holds names or addresses, each alone (any port) or with `:port`. */
export function isListed(host: string, port: number, hosts: readonly string[]): boolean {
  const name = bare(host)
  return hosts.some(listed => {
    const entry = listed.toLowerCase()
    return bare(entry) === name || entry === `${name}:${port}` || entry === `[${name}]:${port}`
  })
}

/**
 * Looks a name up as Node does when it connects, and refuses it with `AddressNotAllowed` when any of its addresses is not
 * public: what was checked is what is connected to. Node asks nobody about an address literal: see `assertAllowed`.
 */
export function guardedLookup(port: number, internalHosts: readonly string[]): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      const first = found?.[0]
      if (error !== null || first === undefined) return done(error ?? new Error(`${host} has no address.`), '', 0)
      const refused = !isListed(host, port, internalHosts) && found.some(({ address }) => !isPublicAddress(address))
      if (refused) return done(new AddressNotAllowed(host), '', 0)
      return options.all === true ? done(null, found) : done(null, first.address, first.family)
    })
  }
}

/** Throws `AddressNotAllowed` for an address literal that is neither public nor listed. */
export function assertAllowed(host: string, port: number, internalHosts: readonly string[]): void {
  const name = bare(host)
  if (isIP(name) !== 0 && !isPublicAddress(name) && !isListed(name, port, internalHosts))
    throw new AddressNotAllowed(name)
}

/** One allowed address of a host, for clients that connect by address. Throws as the two above. */
export async function allowedAddress(host: string, port: number, internalHosts: readonly string[]): Promise<string> {
  assertAllowed(host, port, internalHosts)
  if (isIP(bare(host)) !== 0) return bare(host)
  return await new Promise((resolved, rejected) => {
    guardedLookup(port, internalHosts)(host, {}, (error, address) => {
      if (error !== null || typeof address !== 'string') rejected(error)
      else resolved(address)
    })
  })
}

function bare(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
}
