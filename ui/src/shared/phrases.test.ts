import { describe, expect, it } from 'vitest'
import { phrasesOf } from './phrases'

describe('phrases', () => {
  it.each([
    ['选中会话后，这里显示期限、订单和买家。', ['选中会话后，', '这里显示期限、', '订单和买家。']],
    ['可以“暂停”，也可以（稍后）。', ['可以“暂停”，', '也可以（稍后）。']],
    ['他说：“好。”然后走了', ['他说：', '“好。”', '然后走了']],
    ['Choose a conversation, then read it.', ['Choose a conversation, then read it.']],
    ['。', ['。']],
    ['', []],
  ])('%s', (text, phrases) => {
    expect(phrasesOf(text), 'a mark stays with what it ends').toEqual(phrases)
    expect(phrasesOf(text).join(''), 'and nothing is lost').toBe(text)
  })
})
