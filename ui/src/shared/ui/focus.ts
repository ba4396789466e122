import { tick } from 'svelte'

/**
 * For what takes the place of the button that was pressed: without it the focus would fall to whatever comes first
 * around it, and the next Enter would press that.
 */
export const takeFocus = (node: HTMLElement): void => node.focus()

/** Gives the focus back to what asked a question, once the answer has taken the question away. */
export async function focusAgain(node: HTMLElement | undefined): Promise<void> {
  await tick()
  node?.focus()
}
