import type { Page } from 'playwright-core'
import type { Answering } from './answering.ts'
import { openPage } from './browser.ts'

/** Somebody who came to help, has read the briefing, and answers in a browser: at first every reply of theirs is reviewed. */
export async function gated(
  stage: Answering,
  incidentId: string,
  name: string,
  look: Parameters<typeof openPage>[1] = {},
): Promise<{ page: Page; complaints: string[] }> {
  const person = { id: name.toLowerCase(), name, team: 'Warehouse', role: 'responder', cohort: 'other' }
  await stage.commander.do({ type: 'person/save', person } as never)
  const { link } = await stage.commander.do({ type: 'person/invite', personId: person.id } as never)
  const visitor = await stage.world.enter(String(link))
  await visitor.do({ type: 'incident/join', incidentId } as never)
  const { facts } = await stage.commander.snapshot(incidentId)
  await visitor.do({ type: 'briefing/finish', incidentId, epoch: facts.epoch } as never)
  const opened = await openPage(stage.browser, look)
  opened.page.setDefaultTimeout(15_000)
  const [cookie = '', value = ''] = visitor.cookie.split('=', 2)
  await opened.page.context().addCookies([{ name: cookie, value, url: stage.world.origin }])
  await opened.page.goto(`${stage.world.origin}/#/incident/${incidentId}`)
  await opened.page.getByRole('searchbox').first().waitFor()
  return opened
}
