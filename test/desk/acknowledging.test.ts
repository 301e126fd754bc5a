import type { Outgoing, Sent } from '@muster/server/channels/channel.ts'
import { Acknowledging } from '@muster/server/desk/acknowledging.ts'
import { mirrorIncident } from '@muster/server/desk/ask.ts'
import { Intake } from '@muster/server/desk/intake.ts'
import { Lingering } from '@muster/server/desk/lingering.ts'
import { MailSettings } from '@muster/shared/channel.ts'
import { expect, test } from 'vitest'
import { arrivalOf, cora, declaring, nextId } from '../support/builders.ts'
import { deskOn } from '../support/desks.ts'
import { Network } from '../support/network.ts'
import { onEachStore } from '../support/on-each-store.ts'
import { refusedWith } from '../support/setback.ts'

const settings = MailSettings.parse({
  kind: 'mail',
  address: 'support@muster.test',
  imap: null,
  smtp: { host: 'mail.test', port: 25, security: 'none', user: '' },
  acknowledgement: { subject: 'We have it', text: 'A person will answer.' },
})

/** A network that takes acknowledgements, in the way that is set. */
class Acknowledged extends Network {
  readonly taken: Outgoing[] = []
  answer: Sent = { type: 'sent', externalId: 'x' }

  async acknowledge(outgoing: Outgoing): Promise<Sent> {
    this.taken.push(outgoing)
    return this.answer
  }
}

onEachStore(shelf => {
  /** Two nodes beside each other, a channel, and an incident that takes its mails. */
  async function scene() {
    const desks = [deskOn(await shelf.open()), deskOn(await shelf.open())]
    const [desk = deskOn(await shelf.open())] = desks
    const network = new Acknowledged(nextId('mail'))
    const incident = declaring({ channels: [network.id] })
    await desk.handle(incident.id, incident, cora)
    await mirrorIncident(desk, incident.id)
    const faults: string[] = []
    const fault = (error: unknown) => {
      faults.push(String(error))
    }
    const surroundings = { channel: () => network, restraint: () => ({}), log: () => {}, fault, everyMs: 1_000 }
    const nodes = desks.map(
      each => new Acknowledging({ desk: each, lingering: new Lingering(each.store), ...surroundings }),
    )
    const write = async (address: string) => {
      const from = { address, name: 'Zoe', reach: null, identity: `mailto:${address}` }
      const arrival = arrivalOf({ from, subject: 'Do not quote this', acknowledgeable: true })
      const channel = { id: network.id, incidentId: null, settings }
      await Promise.all(desks.map(each => new Intake(each).take(channel, { type: 'arrival', arrival })))
      return arrival.externalId
    }
    const all = () => Promise.all([...nodes, ...nodes].map(node => node.send()))
    return { network, write, all, faults }
  }

  test('[CH18] over nodes that look at once, again and again, everybody is acknowledged once', async () => {
    const { network, write, all, faults } = await scene()
    const id = await write('zoe@example.com')
    for (let times = 0; times < 5; times++) await write('zoe@example.com')
    for (let count = 0; count < 5; count++) await write(`z${count}@example.com`)
    await all()
    await all()
    expect(faults).toEqual([])
    expect(network.taken).toHaveLength(6)
    expect(new Set(network.taken.map(({ to }) => to.address)).size).toBe(6)
    expect(network.taken.find(({ to }) => to.address === 'zoe@example.com')).toMatchObject({
      subject: null,
      text: '',
      thread: [id],
    })
  })

  test('[CH18] an acknowledgement whose fate is unknown, or whose worker dies, is never sent again', async () => {
    const { network, write, all, faults } = await scene()
    network.answer = { type: 'unknown', setback: refusedWith('It did not answer.') }
    await write('zoe@example.com')
    await all()
    network.acknowledge = async outgoing => {
      network.taken.push(outgoing)
      throw new Error('the process died')
    }
    await write('yan@example.com')
    await all()
    await all()
    expect(network.taken).toHaveLength(2)
    expect(faults).toEqual(['Error: the process died'])
  })
})
