import type { Random } from './random.ts'

/** The outage everybody in a drill talks about: Tidewater, shared calendars and notes, no longer syncs. */
export const outage = {
  title: 'Tidewater sync is down',
  affected: 'Calendars and notes do not sync on any device. Signing in and reading what is already on a device work.',
  know: 'Sync stopped for everybody at 09:12. Nothing that was saved on a device is gone. Engineers are working on it.',
  maySay: 'We know that sync is down and are working on it. What you saved is safe on your device and will sync later.',
}

/** Words that must not be said, one more with every publication of the facts. */
export const forbidden = [
  'fibre cut',
  'fixed by noon',
  'full refund',
  'your data is lost',
  'our provider is to blame',
  'we were hacked',
  'only a few customers',
  'just restart',
]

const opening = [
  'Is Tidewater down?',
  'Nothing has synced since this morning.',
  'My calendar is empty on the phone.',
  'Your app shows "cannot reach server" again and again.',
  'Sync has been spinning for 40 minutes.',
  'Our whole office cannot see the shared calendar.',
  'Notes I wrote on the train are not on my laptop.',
  'Getting error TW-504 on every save.',
  'Hi, I think something broke on your side.',
  'Bonjour, la synchro ne marche plus 😕',
  'Is it only me, or is sync gone?',
]
const detail = [
  'I have a client meeting in an hour and need the address.',
  'Your status page says everything is fine.',
  'I reinstalled the app twice already.',
  'Version 8.2 on Android, if that helps.',
  'Web and desktop are the same.',
  'My team of 30 is waiting.',
  'I am a teacher and 120 pupils look for their timetable.',
  'Will my notes be there later?',
  'Please tell me nothing is lost.',
  '¿Cuándo vuelve? Gracias.',
  'I can send logs if you need some.',
]
const again = [
  'Any news?',
  'Still not working here.',
  'Did anybody see my message?',
  'Now even the old entries do not load.',
  'Tried the other network, same thing.',
  'Adding: it also happens in the browser.',
]
const angry = [
  'This is the third time this year. Unbelievable.',
  'I PAY for this. Answer me!',
  'Two hours without a word. Shame on you.',
  'Cancel my account if nobody cares to reply.',
  'I missed an appointment because of you 😡',
]
const thanks = [
  'Thank you for the quick answer!',
  'OK, thanks. Good luck to your engineers.',
  'Great, it helps to know. 🙏',
  'Thanks. I will wait then.',
]
const notYet = ['You say it is being fixed, but it is still broken here.', 'That did not help, sync still fails.']

const firstNames = [
  'Amara',
  'Bela',
  'Chidi',
  'Dana',
  'Eero',
  'Fatima',
  'Goran',
  'Hana',
  'Ines',
  'Jun',
  'Karim',
  'Lucía',
]
const lastNames = [
  'Abel',
  'Brandt',
  'Costa',
  'Dlamini',
  'Eriksen',
  'Fischer',
  'García',
  'Haas',
  'Ito',
  'Jansen',
  'Kaya',
]

export function nameOf(random: Random): string {
  return `${random.pick(firstNames)} ${random.pick(lastNames)}`
}

export const customerSays = {
  first: (random: Random) => `${random.pick(opening)} ${random.pick(detail)}`,
  again: (random: Random) => random.pick(again),
  angry: (random: Random) => random.pick(angry),
  thanks: (random: Random) => random.pick(thanks),
  notYet: (random: Random) => random.pick(notYet),
}

/** The forbidden words as somebody in a hurry types them: other capitals, a second space. */
export function disguised(words: string, random: Random): string {
  const shape = random.below(3)
  if (shape === 0) return words.toUpperCase()
  if (shape === 1) return words.replace(' ', '  ')
  return words.replace(/^./, letter => letter.toUpperCase())
}
