import { about, at, holding, type Road, refused, unlessLead } from './roads-asked.ts'

/** Roads over what is somebody else’s, and over one’s own rank. */
export const others: Road[] = [
  {
    name: 'takes back somebody else’s reply',
    rules: '[RV8]',
    ask: place => about(place, 'reply/recall', { replyId: place.here.waiting.replyId }),
    code: unlessLead(refused('reply/recall', 'not-found')),
  },
  {
    name: 'takes back what has left',
    rules: '[RV8]',
    ask: place => about(place, 'reply/recall', { replyId: place.mine.sent.replyId }),
    code: holding('reply/recall', 'too-late'),
  },
  {
    name: 'settles what waits to be read',
    rules: '[DL4]',
    ask: place => about(place, 'reply/settle', { replyId: place.here.waiting.replyId, arrived: false }),
    code: refused('reply/settle', 'not-found'),
  },
  {
    name: 'settles what is uncertain',
    rules: '[DL4]',
    ask: place => about(place, 'reply/settle', { replyId: place.mine.doubtful.replyId, arrived: false }),
    code: unlessLead(refused('reply/settle', 'not-allowed')),
  },
  {
    name: 'raises their own level',
    rules: '[LV5]',
    ask: place => about(place, 'responder/level', { personId: place.who.id, level: 'spot-checked' }),
    code: refused('responder/level', 'conflict'),
  },
  {
    name: 'gives themselves a role here',
    rules: '[IN9]',
    ask: place => about(place, 'responder/appoint', { personId: place.who.id, role: 'commander' }),
    code: refused('responder/appoint', 'conflict'),
  },
  {
    name: 'gives themselves a role in the company',
    rules: '[AC1] [JN3]',
    ask: ({ who }) => ({ type: 'person/save', person: { id: who.id, name: who.name, team: 'Support', role: 'lead' } }),
    code: refused('person/save', 'conflict'),
  },
  {
    name: 'changes the guidance under an old epoch',
    rules: '[GV1]',
    ask: place => about(place, 'facts/publish', { epoch: 1, know: '', maySay: '', mustNotSay: [], nextUpdateAt: null }),
    code: refused('facts/publish', 'guidance-changed'),
  },
  {
    name: 'takes back a wording of another incident',
    rules: '[GV9]',
    ask: place =>
      about(place, 'wording/retract', { epoch: place.here.epoch, wordingId: `wording-of-${place.there.id}` }),
    code: refused('wording/retract', 'not-found'),
  },
  {
    name: 'sits down where nobody asked',
    rules: '[PR1]',
    ask: place => about(place, 'pair/join', at(place.here.theirs)),
    code: refused('pair/join', 'already-claimed'),
  },
  {
    name: 'hands somebody else’s customer on',
    rules: '[CL16]',
    ask: place => about(place, 'conversation/hand-over', { ...at(place.here.theirs), personId: place.who.id }),
    code: unlessLead(refused('conversation/hand-over', 'not-handed-over')),
  },
]
