import { describe, expect, it } from 'vitest'
import { hasRemoteImages, hostOf, isLocal, mailPage } from './mail'

const MAIL = '<p>Hi</p><img src="https://track.example.com/a.png">'

describe('a mail', () => {
  it('fetches nothing before its pictures were asked for, and leaves no broken ones behind', () => {
    const page = mailPage(MAIL, false)
    expect(page, 'the policy of the page forbids it').toContain("default-src 'none'; img-src data:;")
    expect(page, 'what is not loaded is not drawn').toContain('img:not([src^="data:"]){display:none}')
    expect(hasRemoteImages(MAIL)).toBe(true)
  })

  it('is read out in its own language where that is known, and in none of ours otherwise', () => {
    expect(mailPage(MAIL, false, 'ru')).toContain('<html lang="ru">')
    expect(mailPage(MAIL, false)).toContain('<html lang="">')
  })

  it('draws them once they were asked for', () => {
    const page = mailPage(MAIL, true)
    expect(page).toContain('img-src data: https: http://127.0.0.1:*')
    expect(page, 'nothing is hidden then').not.toContain('display:none')
  })

  it.each([
    ['https://aliexpress.com.example.top/login', 'aliexpress.com.example.top'],
    ['https://aliexpress.com@example.top/', 'example.top'],
    ['javascript:alert(1)', 'javascript'],
    ['nonsense', ''],
  ])('shows where %s really leads', (href, host) => {
    expect(hostOf(href)).toBe(host)
  })

  it('loads only what is here already', () => {
    expect([isLocal('data:image/png;base64,AA'), isLocal('http://127.0.0.1:9/a')]).toEqual([true, true])
    expect([isLocal('https://ae01.alicdn.com/a.jpg'), isLocal('http://127.0.0.1.example.top/a')]).toEqual([
      false,
      false,
    ])
  })
})
