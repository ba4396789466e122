import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, type AST } from 'svelte/compiler'
import { describe, expect, it } from 'vitest'

const ui = fileURLToPath(new URL('../..', import.meta.url))
const catalogue = (locale: string) =>
  JSON.parse(readFileSync(join(ui, 'messages', `${locale}.json`), 'utf8')) as Record<string, unknown>
const [zh, en] = [catalogue('zh-CN'), catalogue('en')]
const files = (ending: string) =>
  readdirSync(join(ui, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith(ending) && !f.includes('paraglide'))
    .map((f) => join(ui, 'src', f))
const holes = (message: unknown) => new Set(JSON.stringify(message).match(/\{\w+\}/g) ?? [])

describe('the catalogues', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(en).sort(), 'a missing key would show the other language').toEqual(
      Object.keys(zh).sort(),
    )
  })

  it.each(Object.keys(zh).filter((k) => k !== '$schema'))('%s has words and the same holes', (key) => {
    expect(JSON.stringify(zh[key]).length, 'no empty Chinese').toBeGreaterThan(2)
    expect(JSON.stringify(en[key]).length, 'no empty English').toBeGreaterThan(2)
    expect(holes(en[key]), 'a lost hole loses a fact').toEqual(holes(zh[key]))
  })

  it('say in English how many there are of one, too', () => {
    // Where there are always several.
    const several = new Set([
      'items_all',
      'orders_all',
      'keep_days',
      'log_keep_days',
      'unreadable_came_often',
      'rule_try_about',
      'robot_uses_rules',
    ])
    const counted =
      /\{(?:count|n|talks|orders|mails|fetched|days|off|work)\}(?: [a-z]+){0,2}? [a-z]{3,}s\b(?!')/
    const wrong = Object.entries(en)
      .filter(([key, words]) => typeof words === 'string' && counted.test(words) && !several.has(key))
      .map(([key, words]) => `${key}: ${String(words)}`)
    expect(wrong, '“1 messages” is no English').toEqual([])
  })

  it('hold no key that nothing uses, and lack none that is used', () => {
    const source = [...files('.svelte'), ...files('.ts')].map((f) => readFileSync(f, 'utf8')).join('\n')
    const used = new Set([...source.matchAll(/\bm\.([a-z0-9_]+)\b/g)].map((found) => found[1]!))
    const unused = Object.keys(zh).filter((key) => key !== '$schema' && !used.has(key))
    expect(unused, 'dead words confuse translators').toEqual([])
  })
})

/** Words in a template that no catalogue knows: text nodes and attributes that people see or hear. */
function strayWords(file: string): string[] {
  const tree = parse(readFileSync(file, 'utf8'), { modern: true })
  const stray: string[] = []
  const seen = new Set(['title', 'aria-label', 'placeholder', 'alt', 'label', 'about', 'text'])
  const isWords = (text: string) => /\p{Script=Han}|[\p{L}]{2,}/u.test(text)
  const visit = (node: unknown, attribute: string | null): void => {
    if (Array.isArray(node)) return node.forEach((n) => visit(n, attribute))
    if (typeof node !== 'object' || node === null) return
    const { type, name, data } = node as { type?: string; name?: string; data?: string }
    if (type === 'Attribute' || type === 'StyleDirective') attribute = name ?? null
    if (type === 'Text' && (attribute === null || seen.has(attribute)) && isWords(data ?? ''))
      stray.push(data!.trim())
    for (const [key, child] of Object.entries(node)) if (key !== 'parent') visit(child, attribute)
  }
  visit((tree as AST.Root).fragment, null)
  return stray
}

describe('templates', () => {
  it.each(files('.svelte').map((f) => [f.slice(ui.length), f]))('%s says nothing of its own', (_, file) => {
    expect(strayWords(file), 'every word comes from a catalogue').toEqual([])
  })
})
