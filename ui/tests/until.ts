import { vi } from 'vitest'

/** Waits until it holds, for longer than the slowest machine takes. */
export const until = <T>(holds: () => T) => vi.waitFor(holds, { timeout: 30_000 })
