import { htmlToText } from '@muster/server/channels/html-text.ts'
import { describe, expect, test } from 'vitest'
import { longestTurn } from './workbench.ts'

const read = (html: string) => htmlToText(html, 10_000, 'named')

describe('the text of HTML from foreign servers', () => {
  test.each([
    [
      'a mention',
      '<p><span class="h-card"><a href="https://a.test/@kim" class="u-url mention">@<span>kim</span></a></span> hi</p>',
      '@kim hi',
    ],
    ['a tag', '<a href="https://a.test/tags/down" class="mention hashtag" rel="tag">#<span>down</span></a>', '#down'],
    [
      'a link that its server shortened to the eye',
      '<p>see <a href="https://shop.test/cart/4711?x=1" rel="nofollow"><span class="invisible">https://</span><span class="ellipsis">shop.test/cart</span><span class="invisible">/4711?x=1</span></a>.</p>',
      'see https://shop.test/cart/4711?x=1.',
    ],
    [
      'a link under other words',
      '<a href="https://evil.test/?a=1&amp;b=2">my bank</a> says no',
      'my bank (https://evil.test/?a=1&b=2) says no',
    ],
    ['a link without words', 'x <a href="https://shop.test/a"><img src="b"></a> y', 'x https://shop.test/a y'],
    ['a link that leads nowhere one may go', '<a href="javascript:alert(1)">click</a>', 'click'],
    ['a link that says itself but for the scheme', '<a href="https://shop.test/">shop.test</a>', 'shop.test'],
    [
      'a link that never ends',
      "<p><a href=https://shop.test/a>one<p>two <a href='https://shop.test/b'>three",
      'one\n\ntwo (https://shop.test/a)three',
    ],
    ['an emoji of its server and one of all', '<p>:blobcat: 👩‍👩‍👧</p>', ':blobcat: 👩‍👩‍👧'],
    ['paragraphs and lines', '<p>one<br>two</p><p>three</p>', 'one\ntwo\n\nthree'],
  ])('[CH42] %s', (_what, html, text) => {
    expect(read(html)).toBe(text)
  })

  test('[CH42] a letter’s links stay as they are shown', () => {
    expect(htmlToText('<a href="https://x.test">here</a>', 100)).toBe('here')
  })

  test.each(['<a href="', '<a href="https://x.test">', '</a>', '<a class="mention" href=x ', ' href='])(
    '[CH42] a megabyte of %j keeps nobody waiting',
    async piece => {
      const html = piece.repeat(Math.ceil(1_000_000 / piece.length))
      expect(await longestTurn(async () => void read(html))).toBeLessThan(200)
    },
  )
})
