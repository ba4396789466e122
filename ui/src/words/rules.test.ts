import { afterEach, describe, expect, it } from 'vitest'
import type { FiredDto, RuleDraftDto } from '../ipc/client'
import { speak } from '../shared/locale.svelte'
import { conditionWords, firedWords, goneWords, problemWords, ruleSentence, sawWords } from './rules'

afterEach(() => speak('zh-CN'))

const names = {
  seat: (id: string) => ({ a1: '小李' })[id] ?? null,
  store: (id: string) => ({ s1: 'Shopee SG' })[id] ?? null,
  robot: (id: string) => ({ r1: '客服群' })[id] ?? null,
}
const draft: RuleDraftDto = {
  id: null,
  name: '尺码',
  enabled: true,
  trigger: 'buyer_enquiry',
  conditions: [],
  targets: [{ target: 'owner' }],
  reply: null,
}

describe('a rule in one sentence', () => {
  it('says when, if what, and who hears of it', () => {
    expect(ruleSentence(draft, names)).toBe('当买家发来消息时，通知会话负责人。')
    const whole: RuleDraftDto = {
      ...draft,
      conditions: [
        { condition: 'words', any: ['talla', '尺码'] },
        { condition: 'working_time', inside: false },
      ],
      targets: [
        { target: 'agent', account: 'a1' },
        { target: 'wecom_group', robot: 'r1' },
      ],
      reply: { texts: {}, hand_over: 'a1' },
    }
    expect(ruleSentence(whole, names)).toBe(
      '当买家发来消息，且包含“talla”或“尺码”、在工作时间外时，通知小李、企业微信群“客服群”、备好回复，由小李接手。',
    )
    speak('en')
    expect(ruleSentence(whole, names)).toBe(
      'When a buyer writes and its words have “talla” or “尺码” and it is outside working time, tell 小李, the WeCom group “客服群”, and offer an answer, and 小李 takes over.',
    )
  })

  it('leaves a gap where nothing was chosen yet', () => {
    const begun: RuleDraftDto = {
      ...draft,
      conditions: [
        { condition: 'store', any: [] },
        { condition: 'words', any: [] },
      ],
    }
    expect(ruleSentence(begun, names), 'no sentence with a hole in it').toBe(
      '当买家发来消息，且店铺是…、包含“…”时，通知会话负责人。',
    )
  })

  it('says that nobody is told as long as nobody is', () => {
    expect(ruleSentence({ ...draft, targets: [] }, names)).toContain('还没有选通知谁')
    const gone = { ...draft, targets: [{ target: 'agent' as const, account: 'a9' }] }
    expect(ruleSentence(gone, names), 'nor for a seat that is gone').toContain('还没有选通知谁')
  })

  it('has words for every condition and for every fact', () => {
    const all: RuleDraftDto['conditions'] = [
      { condition: 'store', any: ['s1'] },
      { condition: 'platform', any: ['shopee'] },
      { condition: 'country', any: ['RU'] },
      { condition: 'sensitive', any: ['refund'] },
      { condition: 'status', any: ['SHIPPED'] },
      { condition: 'clock', from: '22:00', to: '09:00' },
      { condition: 'owned', owned: false },
      { condition: 'deadline', any: ['reply'] },
      { condition: 'last_stage' },
    ]
    const said = all.map((one) => conditionWords(one, names))
    expect(new Set(said).size, 'each says something of its own').toBe(all.length)
    expect(said[0]).toContain('Shopee SG')
    expect(sawWords({ saw: 'working_time', values: ['false'] })).toBe('在工作时间外')
    expect(sawWords({ saw: 'something_new', values: ['x'] }), 'a newer host stays readable').toBe('x')
  })
})

describe('what is said of a rule', () => {
  it('names what is gone, each once', () => {
    const gone = goneWords([{ gone: 'seat', name: '彩电卖家:小王' }, { gone: 'robot' }, { gone: 'robot' }])
    expect(gone).toContain('小王')
    expect(gone.match(/群机器人/g)).toHaveLength(1)
  })

  it('says what is wrong with the words that are meant', () => {
    const wrong = {
      code: 'reply_forbidden',
      index: null,
      language: 'en',
      words: 'a@b.example',
      what: 'contact',
    }
    expect(problemWords(wrong)).toContain('a@b.example')
    expect(problemWords({ ...wrong, what: 'promotion' })).toContain('促销')
    expect(problemWords({ ...wrong, code: 'brand_new' }), 'a code without words is shown').toContain(
      'brand_new',
    )
  })

  it('tells on the timeline why it fired, who heard of it, and what became of its text', () => {
    const fired: FiredDto = {
      id: 'f1',
      at: '2026-11-20T10:00:00Z',
      rule_name: '尺码',
      trigger: 'buyer_enquiry',
      saw: [{ saw: 'words', values: ['talla'] }],
      to_names: ['彩电卖家:小李'],
      everybody: false,
      groups: ['客服群', null],
      reply: 'withheld',
      handed_to: '彩电卖家:小张',
    }
    const said = firedWords(fired)
    for (const part of ['尺码', 'talla', '小李', '客服群', '小张', '敏感']) expect(said, part).toContain(part)
    expect(firedWords({ ...fired, everybody: true, groups: [] })).toContain('全体客服')
  })
})
