/** The page that a mail's sanitised HTML is shown in: no scripts, no network, pictures only when they were asked for. */
export function mailPage(html: string, remote: boolean, lang = ''): string {
  const images = remote ? 'img-src data: https: http://127.0.0.1:*' : 'img-src data:'
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${images}; style-src 'unsafe-inline'"><meta name="referrer" content="no-referrer"><base target="_blank"><style>html{color-scheme:light;background:#fff}body{margin:0;padding:12px;font:13.5px/1.55 Inter,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif;color:#10242e;overflow-wrap:anywhere}body>:first-child{margin-block-start:0}body>:last-child{margin-block-end:0}img{max-width:100%;height:auto}${remote ? '' : 'img:not([src^="data:"]){display:none}'}a{color:#0a6b6b}table{max-width:100%}</style></head><body dir="auto">${html}</body></html>`
}

/** Whether a mail would fetch pictures from somewhere. */
export const hasRemoteImages = (html: string) => /<img[^>]+src\s*=\s*["']?https?:/i.test(html)

/** A link in a message, and whether the message is to be trusted. */
export interface Link {
  href: string
  suspicious: boolean
}

/** The host a link really leads to; empty when it leads nowhere. */
export function hostOf(href: string): string {
  try {
    const url = new URL(href)
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.host : url.protocol.replace(':', '')
  } catch {
    return ''
  }
}

/** A link as a browser reads it: letters that only look like others are spelled out. */
export function addressOf(href: string): string {
  try {
    return new URL(href).href
  } catch {
    return href
  }
}

/** Whether a picture may load by itself: it is here already. */
export const isLocal = (url: string) =>
  url.startsWith('data:image/') || /^http:\/\/127\.0\.0\.1(:\d+)?\//.test(url)
