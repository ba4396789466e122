import { tick } from 'svelte'

/**
 * For what takes the place of the button that was pressed: without it the focus would fall to whatever comes first
 * around it, and the next Enter would press that.
 */
export const takeFocus = (node: HTMLElement): void => node.focus()

/** For fields that come later than their dialog: they take the focus where nothing else in it has one. */
export function takeLostFocus(node: HTMLElement): void {
  const at = document.activeElement
  if (at === null || at === document.body || at.matches('[role=dialog]'))
    node.querySelector<HTMLElement>('input:not([type=radio]), textarea')?.focus()
}

const STOPS = 'a[href], button, input, select, textarea, summary, iframe, [tabindex]'

/** What can be scrolled and has nothing in it to stop at is a stop itself: else no key would scroll it. */
export function scrollStop(node: HTMLElement): () => void {
  function look() {
    if (node.scrollHeight > node.clientHeight && node.querySelector(STOPS) === null) node.tabIndex = 0
    else node.removeAttribute('tabindex')
  }
  const sizes = new ResizeObserver(look)
  const contents = new MutationObserver(look)
  sizes.observe(node)
  contents.observe(node, { childList: true, subtree: true, characterData: true })
  look()
  return () => {
    sizes.disconnect()
    contents.disconnect()
  }
}

/** Gives the focus back to what asked a question, once the answer has taken the question away. */
export async function focusAgain(node: HTMLElement | undefined): Promise<void> {
  await tick()
  node?.focus()
}
