import { createContext } from 'svelte'
import type { Host } from './host'

/** The host for parts that sit too deep to have it handed down. */
export const [useHost, provideHost] = createContext<Pick<Host, 'openLink' | 'outboxPicture'>>()
