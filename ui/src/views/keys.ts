/** What the keyboard can do in the inbox. */
export interface KeyActions {
  search: () => void
  step: (by: number) => void
  open: () => void
  reply: () => void
  done: () => void
  unread: () => void
  arithmetic: () => void
  why: () => void
  transfer: () => void
  undo: () => void
  keys: () => void
  escape: () => void
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]')

/** Anything with arrows of its own keeps them. */
const ownsArrows = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('[role="toolbar"], [role="radiogroup"], [role="tablist"], [role="log"]') !== null

/** One key, one action; a dialog or popover that is open gets all of them, and so does a field. */
export function onKey(event: KeyboardEvent, act: KeyActions): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return
  if (event.ctrlKey || event.metaKey) {
    if (event.key === 'z' && !isTyping(event.target)) act.undo()
    return
  }
  if (document.querySelector('[role="dialog"], [data-popover-content]')) return
  if (event.key === 'Escape') return act.escape()
  if (isTyping(event.target)) return
  const arrows = ownsArrows(event.target) ? {} : { ArrowDown: () => act.step(1), ArrowUp: () => act.step(-1) }
  const table: Record<string, (() => void) | undefined> = {
    '/': act.search,
    j: () => act.step(1),
    k: () => act.step(-1),
    r: act.reply,
    e: act.done,
    u: act.unread,
    d: act.arithmetic,
    w: act.why,
    t: act.transfer,
    '?': act.keys,
    ...arrows,
    ...(event.target === document.body ? { Enter: act.open } : {}),
  }
  const action = table[event.key.length === 1 ? event.key.toLowerCase() : event.key]
  if (!action) return
  event.preventDefault()
  action()
}
