import type { Script } from './builder'

const COMPLAINT = `<h2 style="font-family:Arial">Intellectual property complaint</h2><p>Dear seller,</p><p>Your listing <b>#40058</b> has received a complaint. Please submit your evidence <b>within 72 hours</b>.</p><table border="1" cellpadding="6" style="border-collapse:collapse"><tr><th>Case</th><th>Listing</th><th>Claim</th></tr><tr><td>IPR-20931</td><td>#40058</td><td>Trademark</td></tr></table><p><a href="https://ipp.aliexpress.com/case/20931">Open the case</a></p><img src="https://ae01.alicdn.com/logo.png" width="120" height="40" alt="AliExpress">`
const PHISHING = `<p>Dear seller! Your funds are <b>frozen</b>. Call our internal number +1 555 0100 or <a href="http://aliexpress-secure.example.top/login">verify your account</a> today.</p>`

/** Notices, mails, disputes. */
export const letters: Script[] = [
  {
    title: '知识产权投诉通知',
    kind: 'mail',
    store: 's3',
    owner: 'main',
    unread: 1,
    clock: ['system_mail', 52, 72],
    lines: [
      {
        ago: 71 * 60,
        by: 'system',
        body: {
          type: 'mail',
          subject: '知识产权投诉通知 IPR-20931',
          from: 'no-reply@aliexpress.com',
          text: '您的商品 #40058 收到一项投诉,请于 72 小时内提交申诉材料。',
          html: COMPLAINT,
          authenticity: 'verified',
          attachments: [['notice-20931.pdf', '184220']],
        },
      },
    ],
  },
  {
    title: 'Account verification required',
    kind: 'mail',
    store: 's3',
    owner: null,
    unread: 1,
    suspicious: true,
    clock: ['system_mail', 61 * 60, 72],
    lines: [
      {
        ago: 11 * 60,
        by: 'system',
        body: {
          type: 'mail',
          subject: 'Account verification required',
          from: 'AliExpress Funds <service@aliexpress-secure.example.top>',
          text: 'Your funds are frozen. Call our internal number.',
          html: PHISHING,
          authenticity: 'suspicious',
          attachments: [],
        },
      },
    ],
  },
  {
    title: '退货申请 2410…771',
    kind: 'notice',
    store: 's2',
    owner: 'amin',
    clock: ['platform_due', 1008, 48],
    lines: [
      {
        ago: 1872,
        by: 'system',
        body: {
          type: 'notice',
          title: '退货申请 241018PQ771',
          text: '买家申请退货退款,卖家需在期限前回应,逾期平台自动退款。',
          url: 'https://seller.shopee.sg/portal/sale/return/241018PQ771',
          topic: 'return',
        },
      },
    ],
  },
  {
    title: 'Dispute 5010…332',
    kind: 'case',
    store: 's1',
    owner: 'amin',
    clock: ['dispute', 26 * 60, 72],
    lines: [
      {
        ago: 46 * 60,
        by: 'system',
        body: {
          type: 'notice',
          title: 'Dispute 5010023332',
          text: '买家称货不对板,请在 72 小时内提交完整证据。',
          url: null,
          topic: 'dispute',
        },
      },
    ],
  },
  {
    title: '商品违规提醒 #39912',
    kind: 'notice',
    store: 's2',
    owner: null,
    unread: 1,
    lines: [
      {
        ago: 300,
        by: 'system',
        body: {
          type: 'notice',
          title: '商品违规提醒',
          text: '商品 #39912 的标题含有禁用词,已下架,扣 1 分。',
          url: null,
          topic: 'violation',
        },
      },
    ],
  },
]
