import { about, of, override, type Road, refused, unlessLead, yes } from './roads-asked.ts'
import { unloved } from './roads-scene.ts'

/** Roads of those who read. */
export const reviewing: Road[] = [
  ...(['onWay', 'paired'] as const).map(
    (which): Road => ({
      name: `claims the review of what they wrote (${which})`,
      rules: '[RV2]',
      ask: place => about(place, 'review/claim', { replyIds: [place.mine[which].replyId] }),
      code: refused('review/claim', 'own-reply'),
    }),
  ),
  ...(['onWay', 'paired', 'readByOther', 'approved', 'sent'] as const).map(
    (which): Road => ({
      name: `approves what they wrote (${which})`,
      rules: '[RV2]',
      ask: place => yes(place, { replyId: place.mine[which].replyId, fence: 1 }),
      code: refused('review/approve', 'review-lost'),
    }),
  ),
  {
    name: 'approves what they wrote among several',
    rules: '[RV2] [RV6]',
    ask: ({ here, mine }) => ({
      type: 'review/approve-several',
      incidentId: here.id,
      epoch: here.epoch,
      replies: [mine.onWay, mine.paired, mine.readByOther].map(({ replyId }) => ({ replyId, fence: 1 })),
    }),
    code: refused('review/approve-several', 'review-lost'),
  },
  {
    name: 'approves what nobody has claimed',
    rules: '[RV2]',
    ask: place => yes(place, of(place.here.waiting)),
    code: refused('review/approve', 'review-lost'),
  },
  {
    name: 'approves what another reads',
    rules: '[RV2]',
    ask: place => yes(place, of(place.here.readByOther)),
    code: refused('review/approve', 'review-lost'),
  },
  {
    name: 'claims what another reads',
    rules: '[RV2]',
    ask: place => about(place, 'review/claim', { replyIds: [place.here.readByOther.replyId] }),
    code: refused('review/claim', 'review-lost'),
  },
  {
    name: 'approves under an old fence',
    rules: '[RV2]',
    ask: place => yes(place, { ...of(place.mine.reading), fence: 1 }),
    code: refused('review/approve', 'review-lost'),
  },
  {
    name: 'approves under an old epoch',
    rules: '[RV3]',
    ask: place => yes(place, { ...of(place.mine.reading), epoch: 1 }),
    code: refused('review/approve', 'guidance-changed'),
  },
  {
    name: 'approves what nobody may say',
    rules: '[RV7]',
    ask: place => yes(place, { ...of(place.mine.reading), text: unloved }),
    code: refused('review/approve', 'gate'),
  },
  {
    name: 'approves and sets that aside',
    rules: '[RV7]',
    ask: place => yes(place, { ...of(place.mine.reading), text: unloved, ...override }),
    code: unlessLead(refused('review/approve', 'not-allowed')),
  },
  {
    name: 'approves a blank and sets it aside',
    rules: '[RV7]',
    ask: place => yes(place, { ...of(place.mine.reading), text: 'See [[link]].', ...override }),
    code: refused('review/approve', 'gate'),
  },
  {
    name: 'gives their yes again as a new one',
    rules: '[RV3]',
    ask: place => yes(place, of(place.mine.said)),
    code: refused('review/approve', 'review-lost'),
  },
  {
    name: 'gives it again with other words',
    rules: '[RV3]',
    ask: place => yes(place, { ...of(place.mine.said), text: 'Other words.' }),
    code: refused('review/approve', 'review-lost'),
  },
  {
    name: 'approves here what they read in another incident',
    rules: '[RV3]',
    ask: place => yes(place, of(place.far.reading)),
    code: refused('review/approve', 'not-found'),
  },
  {
    name: 'returns what another reads',
    rules: '[RV2]',
    ask: place => about(place, 'review/return', of(place.here.readByOther)),
    code: refused('review/return', 'review-lost'),
  },
  {
    name: 'looks at what they sent as if it were another’s',
    rules: '[RV9]',
    ask: place => about(place, 'sample/judge', { replyId: place.mine.sent.replyId, good: true }),
    code: refused('sample/judge', 'own-reply'),
  },
]
