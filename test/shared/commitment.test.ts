import { beyond, commitmentsIn } from '@muster/shared/commitment.ts'
import { expect, test } from 'vitest'

/** Kind and key of each, as one line reads them. */
function said(text: string): string[] {
  return commitmentsIn(text).map(({ kind, key }) => `${kind}: ${key}`)
}

test.each<[text: string, ...commitments: string[]]>([
  ['Everything will be back by 5 pm.', 'time: at 17:00'],
  ['We expect the repair to last three more hours.', 'time: in 180 min'],
  ['It will not take longer than until 17:00.', 'time: at 17:00'],
  ['We expect to be done at 17:30 UTC', 'time: at 17:30 utc'],
  ['Back at noon!', 'time: at 12:00'],
  ['We will write again no later than 9 a.m. tomorrow.', 'time: at 09:00', 'time: tomorrow'],
  ['You can log in again in two hours.', 'time: in 120 min'],
  ['It is fixed within 2 h', 'time: in 120 min'],
  ['We hope to be back within the hour.', 'time: in 60 min'],
  ['Our next update comes in half an hour.', 'time: in 30 min'],
  ['It should take another 2-3 hours.', 'time: in 120-180 min'],
  ['We will be back in a few hours.', 'time: in some hours'],
  ['The parcel is with you tomorrow.', 'time: tomorrow'],
  ['Your account will work by the end of the day.', 'time: today'],
  ['We are going to restore it on Friday.', 'time: friday'],
  ['Payments will go out on March 28th.', 'time: on 03-28'],
  ['Payments will go out on 2026-03-28.', 'time: on 03-28'],
  ['You will hear from us next week.', 'time: next week'],
  ['We will tell you more every 30 minutes.', 'time: every 30 min'],
  ['At 14:00 we lost power, but it will be back by 18:00.', 'time: at 18:00'],
  ['I cannot promise anything, but it should be back by 6 pm.', 'time: at 18:00'],
  ["Don't worry, we will be back by 6 pm.", 'time: at 18:00'],
  ['We will be back by 5, ok?', 'time: at 05:00'],
  ['Wir sind bis 17 Uhr wieder da.', 'time: at 17:00'],
  ['Ab 17:30 Uhr können Sie sich wieder anmelden.', 'time: at 17:30'],
  ['Um 17.30 Uhr melden wir uns wieder.', 'time: at 17:30'],
  ['In zwei Stunden geht alles wieder.', 'time: in 120 min'],
  ['Das dauert voraussichtlich noch 45 Minuten.', 'time: in 45 min'],
  ['In den nächsten Stunden wird es besser.', 'time: in some hours'],
  ['Innerhalb von 24 Stunden erhalten Sie Antwort.', 'time: in 1440 min'],
  ['Morgen früh melden wir uns.', 'time: tomorrow'],
  ['Wir melden uns heute Abend.', 'time: tonight'],
  ['Bis Freitag ist alles wieder da.', 'time: friday'],
  ['Die Zahlung kommt am 28. März an.', 'time: on 03-28'],
  ['Die Zahlung kommt bis zum 28.3. an.', 'time: on 03-28'],
  ['Nächste Woche hören Sie von uns.', 'time: next week'],
  ['You will get a full refund.', 'money: refund 100 %'],
  ['We will refund 20 % of your fee.', 'money: refund 20 %'],
  ['Your money back? Of course: you get your money back.', 'money: refund'],
  ['We have credited 10 € to your account.', 'money: credit 10 eur'],
  ['We will compensate you for this.', 'money: compensation'],
  ['You get a discount of 15 percent.', 'money: discount 15 %'],
  ['We are sending you a voucher.', 'money: voucher'],
  ['You will not be charged for today.', 'money: free'],
  ['We will pay you $50.', 'money: pay 50 usd'],
  ['You will not pay twice.', 'money: free'],
  ['Please do not pay this invoice.', 'money: free'],
  ['Please do not pay again, we will refund you.', 'money: refund'],
  ['You do not pay.', 'money: free'],
  ['Would you like a refund?', 'money: refund'],
  ['Wir erstatten Ihnen den vollen Betrag.', 'money: refund 100 %'],
  ['Sie erhalten eine Rückerstattung.', 'money: refund'],
  ['Sie bekommen eine Gutschrift von 20 Euro.', 'money: credit 20 eur'],
  ['Wir schreiben Ihnen den Betrag gut.', 'money: credit'],
  ['Wir bieten Ihnen einen Rabatt von 10 %.', 'money: discount 10 %'],
  ['Sie erhalten den Betrag in voller Höhe zurück.', 'money: refund'],
  ['Wir übernehmen die Kosten.', 'money: costs'],
  ['The outage was caused by a failed update.', 'cause: change'],
  ['A failed deployment caused this outage.', 'cause: change'],
  ['It is down because of a hacker attack.', 'cause: attack'],
  ['The root cause is a broken disk.', 'cause: hardware'],
  ['This was not caused by an attack.', 'cause: not attack'],
  ['We traced it back to an expired certificate.', 'cause: setting'],
  ['Auslöser war ein defekter Server.', 'cause: hardware'],
  ['We have found the cause.', 'cause: cause'],
  ['Die Störung wurde durch ein fehlerhaftes Update verursacht.', 'cause: change'],
  ['Der Grund ist ein Stromausfall.', 'cause: power'],
  ['Es liegt an unserem Anbieter.', 'cause: supplier'],
  ['Aufgrund eines Angriffs sind wir nicht erreichbar.', 'cause: attack'],
  ['Wir haben die Ursache gefunden.', 'cause: cause'],
  ['No data was lost.', 'data: data safe'],
  ['Your data is safe.', 'data: data safe'],
  ['We lost some of your messages.', 'data: data lost'],
  ['Your files have been deleted.', 'data: data lost'],
  ['Your password was not leaked, no passwords were stolen.', 'data: data private'],
  ['There was a data breach.', 'data: data exposed'],
  ['Ihre Daten sind sicher.', 'data: data safe'],
  ['Es sind keine Daten verloren gegangen.', 'data: data safe'],
  ['Leider sind Ihre Nachrichten gelöscht.', 'data: data lost'],
  ['This will never happen again.', 'promise: never again'],
  ["It won't happen again.", 'promise: never again'],
  ['I promise you a good end.', 'promise: promise'],
  ['Rest assured that all is well.', 'promise: promise'],
  ['Das wird nicht wieder vorkommen.', 'promise: never again'],
  ['Das passiert nie wieder.', 'promise: never again'],
  ['Wir garantieren Ihnen das.', 'promise: promise'],
  ['About 5 % of our customers are affected.', 'extent: 5 % customers'],
  ['1,200 customers are affected.', 'extent: 1200 customers'],
  ['Only a few customers see this.', 'extent: few customers'],
  ['Etwa jeder zehnte Kunde ist betroffen.', 'extent: share customers'],
  ['All customers are affected.', 'extent: all customers'],
  ['Rund 5 Prozent der Kunden sind betroffen.', 'extent: 5 % customers'],
  ['Nur wenige Kunden sind betroffen.', 'extent: few customers'],
  ['Es sind alle Kunden betroffen.', 'extent: all customers'],
])('[CO1] %j commits', (text, ...commitments) => {
  expect(said(text)).toEqual(commitments)
})

test.each([
  'I cannot promise a time.',
  'We do not know yet when it will be back.',
  'We cannot say whether it will be back by 5 pm.',
  "We can't give an estimate for tomorrow.",
  'There is no ETA yet.',
  'It is unclear if it takes until tomorrow.',
  'Wir können Ihnen noch keine Uhrzeit nennen.',
  'Wir wissen noch nicht, wann es wieder geht.',
  'Wir können nicht versprechen, dass es morgen wieder geht.',
  'Ich kann Ihnen leider keine Rückerstattung zusagen.',
  'We cannot offer a refund at this point.',
  'Wir kennen die Ursache noch nicht.',
  'We do not know the cause yet.',
  'We are still investigating what caused this.',
  'We are checking whether data was lost.',
  'Wir prüfen, ob Daten verloren gegangen sind.',
  'We cannot rule out that data was lost.',
  'I cannot guarantee that it will not happen again.',
  'We do not know how many customers are affected.',
])('[CO2] what is not known or not promised is no commitment: %j', text => {
  expect(said(text)).toEqual([])
})

test.each([
  'Did you ask for a refund?',
  'When did you try to log in, before 5 pm?',
  'Have you lost any data?',
  'Did it work at 14:00?',
  'Haben Sie eine Rückerstattung beantragt?',
  'Ging es um 14 Uhr noch?',
  'Is it only you, or are all users of your company affected?',
])('[CO3] a question to the customer is no commitment: %j', text => {
  expect(said(text)).toEqual([])
})

test.each([
  'It started at 14:00 UTC.',
  'The service has been down since 9:12.',
  'You wrote yesterday at 10:15.',
  'Between 13:00 and 14:05 UTC, some people saw errors.',
  'By 17:00, all services had recovered.',
  'The outage began 20 minutes ago and lasted for 2 hours.',
  'On March 3, 2026, we had trouble.',
  'Seit heute Morgen 8 Uhr kommt es zu Störungen.',
  'Seit 9 Uhr ist der Dienst gestört.',
  'Der Ausfall begann um 14:00 Uhr.',
  'Wir haben um 14 Uhr reagiert.',
  'Sie haben uns gestern um 10:15 Uhr geschrieben.',
  'Guten Morgen und danke für Ihre Nachricht.',
])('[CO4] a time of the past is no commitment: %j', text => {
  expect(said(text)).toEqual([])
})

test.each([
  'We are sorry for the trouble.',
  'Please give us your credit card statement.',
  'We have received your refund request.',
  'Thank you for asking about a refund.',
  'Due to the outage we answer slowly.',
  'Due to the high number of messages it takes longer.',
  'We apologise to all customers.',
  'Please send us your order number by 5 pm.',
  'We are working to prevent this from happening again.',
  'Wegen der Störung dauert es länger.',
  'Aufgrund der vielen Anfragen antworten wir langsamer.',
  'Wir haben Ihre Anfrage zur Rückerstattung erhalten.',
  'Use version 2.5 or later of the app, not 2.4.',
  'We will tell you more soon.',
  'Bitte nennen Sie uns Ihre Kreditkarte nicht.',
  'Restart the app and wait for a minute.',
  'Some customers may see errors.',
  'Please do not pay twice.',
  "Please don't pay again while we look into it.",
  '',
])('[CO1] %j commits to nothing', text => {
  expect(said(text)).toEqual([])
})

test('[CO5] each stands where it was written, in order and apart, whatever the characters before it', () => {
  const text = '🙂 Ｗe ﬁx it ［\u00a0by  ５ ＰＭ］ — and Grüße: you’ll get a re\u00adfund\nof 20 %.'
  const found = commitmentsIn(text)
  expect(found.map(({ phrase }) => phrase)).toEqual(['by  ５ ＰＭ', 're\u00adfund'])
  expect(found.map(({ key }) => key)).toEqual(['at 17:00', 'refund 20 %'])
  for (const { phrase, from, to } of found) expect(text.slice(from, to)).toBe(phrase)
})

test.each<[said: string, allowed: string]>([
  ['Back by 5 pm.', 'We will be back until 17:00.'],
  ['Wir sind um 17 Uhr wieder da.', 'We will be back by 5 pm.'],
  ['It will be back in two hours', 'Es geht innerhalb von 2 Stunden wieder.'],
  ['It will be back by 5 pm', 'It will be back by 17:00 UTC.'],
  ['You will be reimbursed 20 %.', 'Wir erstatten 20 Prozent.'],
  ['The database failed: a database failure caused it.', 'The outage was caused by our database.'],
  ['Nothing is lost.', 'Your data is safe.'],
  ['We will look at what came ON   Friday.', 'The trouble came on Friday.'],
])('[CO6] %j stays within %j', (text, allowed) => {
  expect(beyond(text, ['We are on it.', allowed])).toEqual([])
})

test.each<[said: string, allowed: string, key: string]>([
  ['Back by 5 pm.', 'We will be back until 18:00.', 'at 17:00'],
  ['Back by 5 pm CET.', 'We will be back by 5 pm.', 'at 17:00 cet'],
  ['You get a refund of 20 %.', 'You will get a refund.', 'refund 20 %'],
  ['You get a refund.', 'You get a refund of 20 %.', 'refund'],
  ['You get a refund.', 'You get a credit.', 'refund'],
  ['Your data was lost.', 'No data was lost.', 'data lost'],
  ['The outage was caused by an attack.', 'It was not caused by an attack.', 'attack'],
  ['5 % of customers are affected.', '15 % of customers are affected.', '5 % customers'],
])('[CO6] %j goes beyond %j', (text, allowed, key) => {
  expect(beyond(text, [allowed]).map(one => one.key)).toEqual([key])
})
