import { describe, expect, it } from 'vitest'
import { inOwnTongue, languageOf } from './script'

describe('the language of a text', () => {
  it.each([
    ['Где мой заказ?', 'ru'],
    ['متى سيتم شحن الطلب؟', 'ar'],
    ['请问什么时候可以到货？', 'zh'],
    ['請問什麼時候可以到貨？', 'zh'],
    ['注文はいつ届きますか？', 'ja'],
    ['サイズが合いません', 'ja'],
    ['주문은 언제 도착하나요?', 'ko'],
    ['สินค้าจะมาถึงเมื่อไหร่', 'th'],
    ['מתי ההזמנה תגיע?', 'he'],
  ])('%s is %s by its script', (text, language) => {
    expect(languageOf(text)).toBe(language)
  })

  it.each(['Hola, ¿cuándo llega mi pedido?', 'Where is my order?', 'Đơn hàng của tôi đâu?', 'Πού είναι;'])(
    '%s is left unknown: its script says too little',
    (text) => {
      expect(languageOf(text)).toBe('')
    },
  )

  it.each(['', '   ', '8192 0033 1276 4471', '🙏👍', '12,40 €'])('%j has none at all', (text) => {
    expect(languageOf(text)).toBe('')
  })

  it('is the one that most of it is written in', () => {
    expect(languageOf('Заказ 8192: iPhone 15 не работает'), 'names of goods are Latin everywhere').toBe('ru')
    expect(languageOf('iPhone 15 Pro Max 512GB чёрный'), 'a colour makes no sentence').toBe('')
    expect(languageOf('优の品专卖店旗舰店'), 'one kana is a decoration').toBe('zh')
    expect(languageOf('中国語マニュアル'), 'kana after Han is Japanese').toBe('ja')
  })

  it('is told from the beginning of a long one', () => {
    expect(languageOf('Где мой заказ? '.repeat(400))).toBe('ru')
  })

  it('goes with the direction that its letters have', () => {
    expect(inOwnTongue('Где мой заказ?')).toEqual({ dir: 'auto', lang: 'ru' })
    expect(inOwnTongue('Where is it?'), 'and claims nothing that is not known').toEqual({
      dir: 'auto',
      lang: '',
    })
  })
})
