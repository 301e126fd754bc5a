import { about, at, holding, override, type Road, refused, submit, unlessLead } from './roads-asked.ts'
import { unloved } from './roads-scene.ts'

/** Roads of those who write. */
export const sending: Road[] = [
  {
    name: 'sends under an old fence',
    rules: '[CL3]',
    ask: place => submit(place, { ...at(place.mine.mine), fence: 1 }),
    code: holding('reply/submit', 'claim-lost'),
  },
  {
    name: 'sends under an old epoch',
    rules: '[GV2]',
    ask: place => submit(place, { ...at(place.mine.mine), epoch: 1 }),
    code: holding('reply/submit', 'guidance-changed'),
  },
  {
    name: 'sends to somebody else’s customer',
    rules: '[CL3]',
    ask: place => submit(place, at(place.here.theirs)),
    code: refused('reply/submit', 'claim-lost'),
  },
  {
    name: 'sends to their customer of another incident',
    rules: '[RV3]',
    ask: place => submit(place, at(place.far.mine)),
    code: refused('reply/submit', 'not-found'),
  },
  {
    name: 'sends to this incident’s customer in another one',
    rules: '[RV3] [JN3]',
    ask: place => ({ ...submit(place, at(place.mine.mine)), incidentId: place.there.id }),
    code: refused('reply/submit', tryer => (tryer === 'guest' ? 'not-allowed' : 'not-found')),
  },
  ...(['onWay', 'approved', 'readByOther'] as const).map(
    (which): Road => ({
      name: `sends again what is on its way (${which})`,
      rules: '[DL6] [RV3]',
      ask: place => submit(place, { ...at(place.mine[which]), text: 'Other words.' }),
      code: holding('reply/submit', 'reply-on-its-way'),
    }),
  ),
  ...(['onWay', 'approved'] as const).map(
    (which): Road => ({
      name: `changes the words of what is on its way (${which})`,
      rules: '[RV3]',
      ask: place =>
        about(place, 'draft/save', { ...at(place.mine[which]), epoch: place.here.epoch, text: 'Other words.' }),
      code: holding('draft/save', 'reply-on-its-way'),
    }),
  ),
  {
    name: 'lets go of what is on its way',
    rules: '[RV3]',
    ask: place => about(place, 'conversation/release', at(place.mine.onWay)),
    code: holding('conversation/release', 'reply-on-its-way'),
  },
  {
    name: 'says what nobody may say',
    rules: '[GV4]',
    ask: place => submit(place, { ...at(place.mine.mine), text: unloved }),
    code: holding('reply/submit', 'gate'),
  },
  {
    name: 'sets that aside',
    rules: '[GT6]',
    ask: place => submit(place, { ...at(place.mine.mine), text: unloved, ...override }),
    code: unlessLead(holding('reply/submit', 'not-allowed')),
  },
  {
    name: 'sets a blank aside',
    rules: '[GT6]',
    ask: place => submit(place, { ...at(place.mine.mine), text: 'See [[link]].', ...override }),
    code: holding('reply/submit', 'gate'),
  },
  {
    name: 'has a blank read by a reviewer',
    rules: '[GT7]',
    ask: place => submit(place, { ...at(place.mine.mine), text: 'See [[link]].', askReview: true }),
    code: holding('reply/submit', 'gate'),
  },
]
